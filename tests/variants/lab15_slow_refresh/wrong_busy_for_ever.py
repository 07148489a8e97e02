"""One refresh at a time, by a flag that stays up when the bank fails: the next refresh waits for ever.

kind: lost-wakeup
class: forgotten signal
lines: 43
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple


class Sheet(NamedTuple):
    """One rate sheet of the bank."""

    number: int
    rates: Mapping[str, int]


class Quote(NamedTuple):
    """A price in another currency, and the number of the sheet that its rate comes from."""

    sheet: int
    cents: int


class RateBoard:
    """The rate sheet that is in force in the shop."""

    def __init__(self, fetch: Callable[[], Sheet]) -> None:
        """Put the bank's sheet of the moment in force."""
        self._fetch = fetch
        self._sheet = fetch()
        self._idle = threading.Condition()
        self._running = False

    def refresh(self) -> None:
        """Ask the bank for its sheet and put it in force."""
        with self._idle:
            while self._running:
                self._idle.wait()
            self._running = True
        self._sheet = self._fetch()
        with self._idle:
            self._running = False
            self._idle.notify()

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`."""
        sheet = self._sheet
        return Quote(sheet.number, cents * sheet.rates[currency] // 100)
