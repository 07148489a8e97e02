"""The rates are changed in place, and quotes take no lock: one comes when the currency is not there.

kind: exception
class: torn read
lines: 46, 52
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
        sheet = fetch()
        self._number = sheet.number
        self._rates = dict(sheet.rates)

    def refresh(self) -> None:
        """Ask the bank for its sheet and put it in force."""
        sheet = self._fetch()
        with self._lock:
            if sheet.number > self._number:
                self._number = sheet.number
                self._rates.clear()
                self._rates.update(sheet.rates)

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`."""
        number = self._number
        rate = self._rates[currency]
        return Quote(number, cents * rate // 100)
