"""No points are lost, but a change runs again when another was quicker, and two run at once.

kind: assertion
class: unclassified
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable


class PointsBook:
    """How many points each customer has."""

    def __init__(self) -> None:
        self._points: dict[int, int] = {}
        self._stripes = [threading.Lock() for _ in range(8)]

    def update(self, customer: int, change: Callable[[int], int]) -> int:
        """Replace the points of `customer` by ``change(points)`` and return the new ones."""
        while True:
            before = self._points.get(customer, 0)
            points = change(before)
            with self._stripes[customer % len(self._stripes)]:
                if self._points.get(customer, 0) == before:
                    self._points[customer] = points
                    return points

    def points(self, customer: int) -> int:
        """Return the points of `customer`."""
        return self._points.get(customer, 0)


def book_orders(book: PointsBook, orders: Iterable[tuple[int, int]]) -> None:
    """Book one point for each full euro of `orders`, which are pairs of customer and cents."""
    for customer, cents in orders:
        book.update(customer, lambda points, earned=cents // 100: points + earned)
