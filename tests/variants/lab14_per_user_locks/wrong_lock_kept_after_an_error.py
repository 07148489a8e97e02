"""A change that raises leaves the lock taken: the customer's next update waits for ever.

kind: self-deadlock
class: lock leak
lines: 24
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable


class PointsBook:
    """How many points each customer has."""

    def __init__(self) -> None:
        self._points: dict[int, int] = {}
        self._locks: dict[int, threading.Lock] = {}

    def update(self, customer: int, change: Callable[[int], int]) -> int:
        """Replace the points of `customer` by ``change(points)`` and return the new ones."""
        lock = self._locks.setdefault(customer, threading.Lock())
        lock.acquire()
        points = change(self._points.get(customer, 0))
        self._points[customer] = points
        lock.release()
        return points

    def points(self, customer: int) -> int:
        """Return the points of `customer`."""
        return self._points.get(customer, 0)


def book_orders(book: PointsBook, orders: Iterable[tuple[int, int]]) -> None:
    """Book one point for each full euro of `orders`, which are pairs of customer and cents."""
    for customer, cents in orders:
        book.update(customer, lambda points, earned=cents // 100: points + earned)
