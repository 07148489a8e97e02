"""The map is guarded, and the guard is given back only after the change: one lock for all again.

kind: lost-wakeup
class: blocking under a lock
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
        self._guard = threading.Lock()

    def update(self, customer: int, change: Callable[[int], int]) -> int:
        """Replace the points of `customer` by ``change(points)`` and return the new ones."""
        with self._guard:
            if customer not in self._locks:
                self._locks[customer] = threading.Lock()
            with self._locks[customer]:
                points = change(self._points.get(customer, 0))
                self._points[customer] = points
                return points

    def points(self, customer: int) -> int:
        """Return the points of `customer`."""
        return self._points.get(customer, 0)


def book_orders(book: PointsBook, orders: Iterable[tuple[int, int]]) -> None:
    """Book one point for each full euro of `orders`, which are pairs of customer and cents."""
    for customer, cents in orders:
        book.update(customer, lambda points, earned=cents // 100: points + earned)
