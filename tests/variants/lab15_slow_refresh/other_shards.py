"""A lock for each currency. A swap takes all of them in order, so that no quote sees a board half changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
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
        with ExitStack() as held:
            for currency in sorted(self._locks):
                held.enter_context(self._locks[currency])
            for currency, rate in sheet.rates.items():
                if sheet.number > self._entries[currency][0]:
                    self._entries[currency] = (sheet.number, rate)

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`."""
        with self._locks[currency]:
            number, rate = self._entries[currency]
        return Quote(number, cents * rate // 100)
