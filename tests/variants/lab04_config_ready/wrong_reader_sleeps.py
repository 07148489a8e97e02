"""The reader gives the load some time, and then takes what is there.

kind: assertion
class: unclassified
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

DEFAULTS = {"payments": "sandbox.example", "currency": "EUR", "fee": "0"}


class ConfigStore:
    """Where the settings are loaded once, and found by everybody."""

    def __init__(self) -> None:
        self._config: dict[str, str] = dict(DEFAULTS)
        self._done = False

    def load(self, lines: Iterable[str]) -> None:
        """Read the settings from `lines` and let everybody have them."""
        for line in lines:
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                self._config[name.strip()] = value.strip()
        self._done = True

    def get(self) -> Mapping[str, str]:
        """Return the settings, as soon as they are loaded."""
        if not self._done:
            time.sleep(0.5)
        return self._config


def charge(store: ConfigStore, cents: int) -> str:
    """Charge a customer `cents` and the fee; return the line for the day's journal."""
    config = store.get()
    return f"{config['payments']} {cents + int(config['fee'])} {config['currency']}"


def charge_all(store: ConfigStore, orders: Iterable[int], journal: list[str]) -> None:
    """Charge each of `orders` (cents) and write the lines into `journal`."""
    for cents in orders:
        journal.append(charge(store, cents))
