"""The sheet is one value, but a quote reads it twice, and there may be another one the second time.

kind: assertion
class: torn read
lines: 43, 48
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

    def refresh(self) -> None:
        """Ask the bank for its sheet and put it in force."""
        sheet = self._fetch()
        with self._lock:
            if sheet.number > self._sheet.number:
                self._sheet = sheet

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`."""
        rate = self._sheet.rates[currency]
        return Quote(self._sheet.number, cents * rate // 100)
