"""One refresh at a time. One that finds that the bank was asked after it had come has nothing left to do."""

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
        self._begun = self._done = 0

    def refresh(self) -> None:
        """Ask the bank for its sheet and put it in force."""
        enough = self._begun + 1
        with self._lock:
            if self._done < enough:
                self._begun += 1
                self._sheet = self._fetch()
                self._done = self._begun

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`."""
        sheet = self._sheet
        return Quote(sheet.number, cents * sheet.rates[currency] // 100)
