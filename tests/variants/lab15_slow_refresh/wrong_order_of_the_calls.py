"""The later call wins, and not the newer sheet: the bank may answer the earlier call last.

kind: assertion
class: torn read
lines: 44
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
        self._lock = threading.Lock()
        self._sheet = fetch()
        self._called = self._stored = 0

    def refresh(self) -> None:
        """Ask the bank for its sheet and put it in force."""
        with self._lock:
            self._called += 1
            mine = self._called
        sheet = self._fetch()
        with self._lock:
            if mine > self._stored:
                self._stored = mine
                self._sheet = sheet

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`."""
        sheet = self._sheet
        return Quote(sheet.number, cents * sheet.rates[currency] // 100)
