"""A lock for each currency, taken one after the other: the pounds are still old when the dollars are new.

kind: assertion
class: torn read
lines: 45, 50
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
        sheet = fetch()
        self._entries = {currency: (sheet.number, rate) for currency, rate in sheet.rates.items()}
        self._locks = {currency: threading.Lock() for currency in sheet.rates}

    def refresh(self) -> None:
        """Ask the bank for its sheet and put it in force."""
        sheet = self._fetch()
        for currency, rate in sheet.rates.items():
            with self._locks[currency]:
                if sheet.number > self._entries[currency][0]:
                    self._entries[currency] = (sheet.number, rate)

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`."""
        with self._locks[currency]:
            number, rate = self._entries[currency]
        return Quote(number, cents * rate // 100)
