"""The loyalty points of a shop's customers.

Run it with ``python -m solutions.lab14_per_user_locks``: three tills book a morning's orders, then the book is checked.
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
        self._guard = threading.Lock()  # of the dictionary above, and of nothing else

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
        # A lock excludes only those who take the same one. "Is there one yet?" and "then make one" are one critical
        # section, or two tills with first orders of a customer make a lock each, and each takes its own.
        #
        # The guard is held for the look and no longer: not while a change runs, and not while this thread waits for
        # the customer's lock, or one slow customer would stop them all. What is in the dictionary stays as it is, so
        # the last line needs no guard.
        #
        # Also right: self._locks.setdefault(customer, threading.Lock()), which looks and stores in a single step;
        # a fixed list of locks, made in __init__, of which a customer always gets number customer % len(locks); one
        # thread a customer that works off a queue of changes.
        with self._guard:
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
