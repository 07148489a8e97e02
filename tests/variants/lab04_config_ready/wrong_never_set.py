"""Built aside and published by one assignment, and the event is forgotten: who came early waits for ever.

kind: lost-wakeup
class: forgotten signal
lines: 30
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

DEFAULTS = {"payments": "sandbox.example", "currency": "EUR", "fee": "0"}


class ConfigStore:
    """Where the settings are loaded once, and found by everybody."""

    def __init__(self) -> None:
        self._config: dict[str, str] | None = None
        self._loaded = threading.Event()

    def load(self, lines: Iterable[str]) -> None:
        """Read the settings from `lines` and let everybody have them."""
        self._config = parsed(lines)

    def get(self) -> Mapping[str, str]:
        """Return the settings, as soon as they are loaded."""
        if self._config is None:
            self._loaded.wait()
        return self._config


def parsed(lines: Iterable[str]) -> dict[str, str]:
    """Return the defaults, replaced by what `lines` say."""
    config = dict(DEFAULTS)
    for line in lines:
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            config[name.strip()] = value.strip()
    return config


def charge(store: ConfigStore, cents: int) -> str:
    """Charge a customer `cents` and the fee; return the line for the day's journal."""
    config = store.get()
    return f"{config['payments']} {cents + int(config['fee'])} {config['currency']}"


def charge_all(store: ConfigStore, orders: Iterable[int], journal: list[str]) -> None:
    """Charge each of `orders` (cents) and write the lines into `journal`."""
    for cents in orders:
        journal.append(charge(store, cents))
