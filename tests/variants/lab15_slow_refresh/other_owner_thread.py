"""One thread asks the bank for everybody and is the only one that puts a sheet in force."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
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
        self._requests: queue.SimpleQueue[Future[None]] = queue.SimpleQueue()
        threading.Thread(target=self._work, daemon=True).start()

    def refresh(self) -> None:
        """Ask the bank for its sheet and put it in force."""
        answer: Future[None] = Future()
        self._requests.put(answer)
        answer.result()

    def _work(self) -> None:
        while True:
            answer = self._requests.get()
            try:
                self._sheet = self._fetch()
            except BaseException as error:
                answer.set_exception(error)
            else:
                answer.set_result(None)

    def quote(self, cents: int, currency: str) -> Quote:
        """Return the price of `cents` euro cents in `currency`."""
        sheet = self._sheet
        return Quote(sheet.number, cents * sheet.rates[currency] // 100)
