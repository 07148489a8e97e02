"""One refresh at a time, by a flag; but of two that wait for it, `if` lets both go on together.

kind: assertion
class: check-then-act
lines: 42, 49
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
            if self._running:
                self._idle.wait()
            self._running = True
        try:
            self._sheet = self._fetch()
        finally:
            with self._idle:
                self._running = False
                self._idle.notify_all()

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`."""
        sheet = self._sheet
        return Quote(sheet.number, cents * sheet.rates[currency] // 100)
