"""A thread for each customer works off a queue of changes, one after the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future

Inbox = "queue.SimpleQueue[tuple[Callable[[int], int], Future[int]]]"


class PointsBook:
    """How many points each customer has."""

    def __init__(self) -> None:
        self._points: dict[int, int] = {}
        self._inboxes: dict[int, Inbox] = {}
        self._guard = threading.Lock()

    def update(self, customer: int, change: Callable[[int], int]) -> int:
        """Replace the points of `customer` by ``change(points)`` and return the new ones."""
        answer: Future[int] = Future()
        with self._guard:
            if customer not in self._inboxes:
                self._inboxes[customer] = queue.SimpleQueue()
                threading.Thread(target=self._serve, args=(customer, self._inboxes[customer]), daemon=True).start()
        self._inboxes[customer].put((change, answer))
        return answer.result()

    def points(self, customer: int) -> int:
        """Return the points of `customer`."""
        return self._points.get(customer, 0)

    def _serve(self, customer: int, inbox: Inbox) -> None:
        while True:
            change, answer = inbox.get()
            try:
                points = change(self._points.get(customer, 0))
            except BaseException as error:
                answer.set_exception(error)
            else:
                self._points[customer] = points
                answer.set_result(points)


def book_orders(book: PointsBook, orders: Iterable[tuple[int, int]]) -> None:
    """Book one point for each full euro of `orders`, which are pairs of customer and cents."""
    for customer, cents in orders:
        book.update(customer, lambda points, earned=cents // 100: points + earned)
