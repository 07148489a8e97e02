"""The exchange rates of a web shop, which a bank sets anew through the day.

Run it with ``python -m labs.lab15_slow_refresh``: customers ask for prices while a slow bank is asked for rates.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple


class Sheet(NamedTuple):
    """One rate sheet of the bank. The bank numbers its sheets upwards: the higher number is the newer sheet."""

    number: int
    rates: Mapping[str, int]  # how many cents of a currency 1 euro buys


class Quote(NamedTuple):
    """A price in another currency, and the number of the sheet that its rate comes from."""

    sheet: int
    cents: int


class RateBoard:
    """The rate sheet that is in force in the shop.

    Every method may be called from any number of threads at the same time.

    * A quote never waits for the bank. While the bank is asked, quotes go on with the sheet in force.
    * The rate and the number of a quote come from one and the same sheet.
    * No sheet gives way to an older one: after a quote from one sheet there is no quote from a lower number.
    * When :meth:`refresh` returns, the sheet that the bank had when it was called is in force, or a newer one.
    """

    def __init__(self, fetch: Callable[[], Sheet]) -> None:
        """Put the bank's sheet of the moment in force.

        Args:
            fetch: asks the bank for its sheet of the moment. It may take its time, it may fail, and several threads
                may be in it at once.
        """
        self._fetch = fetch
        self._lock = threading.Lock()
        self._number, self._rates = fetch()

    def refresh(self) -> None:
        """Ask the bank for its sheet and put it in force.

        If `fetch` raises, the caller gets the error, and the sheet in force stays.
        """
        with self._lock:
            sheet = self._fetch()
            self._number = sheet.number
            self._rates = sheet.rates

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`.

        Raises:
            KeyError: the sheet in force has no such currency.
        """
        with self._lock:
            number = self._number
            rate = self._rates[currency]
        return Quote(number, cents * rate // 100)


def serve(board: RateBoard, cents: int, customers: int, waits: list[float]) -> None:
    """Quote a price to each of `customers` customers and note how long each has waited."""
    for _ in range(customers):
        asked = time.perf_counter()
        board.quote(cents, "USD")
        waits.append(time.perf_counter() - asked)
        time.sleep(0.01)  # the next customer reads the page


def main(sheets: int = 3, customers: int = 60) -> None:
    """Quote prices while the rates are refreshed, then print how long the most unlucky customer has waited."""
    numbers = iter(range(1, sheets + 2))

    def slow_bank() -> Sheet:
        number = next(numbers)
        time.sleep(0.2 if number > 1 else 0.0)  # the way to the bank and back
        return Sheet(number, {"USD": 108 + number, "GBP": 85 + number})

    board = RateBoard(slow_bank)
    waits: list[float] = []
    shop = threading.Thread(target=serve, args=(board, 20_00, customers, waits), daemon=True)
    shop.start()
    for _ in range(sheets):
        board.refresh()
    shop.join(timeout=5.0)
    print(f"customers served: {len(waits)}, the last by sheet {board.quote(100, 'USD').sheet}")
    print(f"longest wait for a price: {max(waits):.3f} s")
