"""The loyalty points of a shop's customers.

Run it with ``python -m labs.lab14_per_user_locks``: three tills book the orders of a morning, then the book is checked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable


class PointsBook:
    """How many points each customer has. Customers are numbered from 1 on; one who is new has 0 points.

    Every method may be called from any number of threads at the same time.

    * Updates of one customer come one after the other, and each goes on from the points that the one before it left.
    * An update calls its `change` exactly once. No other change of the same customer runs meanwhile.
    * Customers do not hold each other up. Some may share a lock, but never two whose numbers follow each other: however
      many updates of the one run or wait, an update of the other goes on.
    """

    def __init__(self) -> None:
        self._points: dict[int, int] = {}
        self._locks: dict[int, threading.Lock] = {}

    def update(self, customer: int, change: Callable[[int], int]) -> int:
        """Replace the points of `customer` by ``change(points)`` and return the new ones.

        If `change` raises, the points stay as they are, the caller gets the error, and later updates work as ever.

        Args:
            customer: the customer's number.
            change: gets the points and returns the new ones. It may take its time, but may not call the book.
        """
        with self._lock_of(customer):
            points = change(self._points.get(customer, 0))
            self._points[customer] = points
        return points

    def points(self, customer: int) -> int:
        """Return the points of `customer`, with every update that had returned before this call."""
        return self._points.get(customer, 0)

    def _lock_of(self, customer: int) -> threading.Lock:
        if customer not in self._locks:
            self._locks[customer] = threading.Lock()
        return self._locks[customer]


def book_orders(book: PointsBook, orders: Iterable[tuple[int, int]]) -> None:
    """Book one point for each full euro of `orders`, which are pairs of customer and cents."""
    for customer, cents in orders:
        book.update(customer, lambda points, earned=cents // 100: points + earned)


def main(tills: int = 3, customers: int = 500) -> None:
    """Let each of `tills` tills book two orders of every customer, then print whose points are missing."""
    book = PointsBook()
    orders = [(customer, cents) for customer in range(1, customers + 1) for cents in (40_00, 2_50)]
    threads = [threading.Thread(target=book_orders, args=(book, orders), daemon=True) for _ in range(tills)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5.0)
    short = [customer for customer in range(1, customers + 1) if book.points(customer) != tills * 42]
    print(f"customers: {customers}, with {tills * 42} points each to come")
    print(f"points missing: {', '.join(f'customer {customer}' for customer in short) or 'none'}")
