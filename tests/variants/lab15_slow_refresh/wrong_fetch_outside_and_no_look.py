"""Nobody waits for the bank, but a refresh that was overtaken puts its old sheet over the newer one.

kind: assertion
class: check-then-act
lines: 40
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
        self._number, self._rates = fetch()

    def refresh(self) -> None:
        """Ask the bank for its sheet and put it in force."""
        sheet = self._fetch()
        with self._lock:
            self._number = sheet.number
            self._rates = sheet.rates

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`."""
        with self._lock:
            number = self._number
            rate = self._rates[currency]
        return Quote(number, cents * rate // 100)
