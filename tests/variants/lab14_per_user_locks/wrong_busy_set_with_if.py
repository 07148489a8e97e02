"""`if` in place of `while`: of two who wait, both go on when the customer is free.

kind: assertion
class: check-then-act
lines: 25, 27
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable


class PointsBook:
    """How many points each customer has."""

    def __init__(self) -> None:
        self._points: dict[int, int] = {}
        self._busy: set[int] = set()
        self._idle = threading.Condition()

    def update(self, customer: int, change: Callable[[int], int]) -> int:
        """Replace the points of `customer` by ``change(points)`` and return the new ones."""
        with self._idle:
            if customer in self._busy:
                self._idle.wait()
            self._busy.add(customer)
        try:
            points = change(self._points.get(customer, 0))
            self._points[customer] = points
            return points
        finally:
            with self._idle:
                self._busy.discard(customer)
                self._idle.notify_all()

    def points(self, customer: int) -> int:
        """Return the points of `customer`."""
        return self._points.get(customer, 0)


def book_orders(book: PointsBook, orders: Iterable[tuple[int, int]]) -> None:
    """Book one point for each full euro of `orders`, which are pairs of customer and cents."""
    for customer, cents in orders:
        book.update(customer, lambda points, earned=cents // 100: points + earned)
