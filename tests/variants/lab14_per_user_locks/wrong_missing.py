"""A dictionary that makes what is missing: other threads can come between the failed look and the store.

kind: assertion
class: check-then-act
lines: 18, 31
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable


class Locks(dict[int, threading.Lock]):
    """The lock of each customer, made when it is asked for."""

    def __missing__(self, customer: int) -> threading.Lock:
        lock = self[customer] = threading.Lock()
        return lock


class PointsBook:
    """How many points each customer has."""

    def __init__(self) -> None:
        self._points: dict[int, int] = {}
        self._locks = Locks()

    def update(self, customer: int, change: Callable[[int], int]) -> int:
        """Replace the points of `customer` by ``change(points)`` and return the new ones."""
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
