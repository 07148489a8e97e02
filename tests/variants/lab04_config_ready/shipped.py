"""The settings of a web shop: one thread loads them while others wait to charge their customers.

Run it with ``python -m labs.lab04_config_ready``: orders come in while the settings are being read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

# What a developer's own machine uses. The settings of a shop that is open replace all three.
DEFAULTS = {"payments": "sandbox.example", "currency": "EUR", "fee": "0"}


class ConfigStore:
    """Where the settings are loaded once, and found by everybody.

    * :meth:`load` is called once, by any thread.
    * :meth:`get` may be called from any number of threads, at any time: before, during and after the load. It waits
      until the settings are loaded, and every caller gets them.
    * What :meth:`get` returns is whole: the defaults, replaced by what the lines say. It does not change later.
    * A thread that waits goes on as soon as the settings are loaded. Until then it sleeps, and does not keep looking.
    """

    def __init__(self) -> None:
        self._config: dict[str, str] | None = None
        self._loaded = threading.Event()

    def load(self, lines: Iterable[str]) -> None:
        """Read the settings from `lines` ("name = value") and let everybody have them.

        A line that is empty or begins with ``#`` says nothing. The last line for a name counts.
        """
        self._config = dict(DEFAULTS)
        for line in lines:
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                self._config[name.strip()] = value.strip()
        self._loaded.set()

    def get(self) -> Mapping[str, str]:
        """Return the settings, as soon as they are loaded."""
        if self._config is None:
            self._loaded.wait()
        return self._config


def charge(store: ConfigStore, cents: int) -> str:
    """Charge a customer `cents` and the fee; return the line for the day's journal."""
    config = store.get()
    return f"{config['payments']} {cents + int(config['fee'])} {config['currency']}"


def charge_all(store: ConfigStore, orders: Iterable[int], journal: list[str]) -> None:
    """Charge each of `orders` (cents) and write the lines into `journal`."""
    for cents in orders:
        journal.append(charge(store, cents))


def main(shops: int = 4, orders: int = 500) -> None:
    """Open the shop and load its settings at the same time, then print where the money went."""
    store = ConfigStore()
    lines = ["# since March", "payments = bank.example", "currency = CHF", "fee = 25"]
    journal: list[str] = []
    tills = [
        threading.Thread(target=charge_all, args=(store, [19_90] * orders, journal), daemon=True) for _ in range(shops)
    ]
    for till in tills:
        till.start()
    store.load(lines)
    for till in tills:
        till.join(timeout=5.0)
    for line in sorted(set(journal)):
        print(f"{journal.count(line):5} x {line}")
    if any(till.is_alive() for till in tills):
        print("... and some tills still wait for their settings.")
