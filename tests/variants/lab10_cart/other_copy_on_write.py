"""The cart is a pair that is never changed, only replaced under the lock: a call that raises has replaced nothing.

contents() takes one look at the pair, and no lock.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping


class Cart:
    """How many pieces of each product a customer wants, and what they cost together."""

    def __init__(self, prices: Mapping[str, int]) -> None:
        """Make an empty cart for products that cost `prices` cents."""
        self._prices = prices
        self._now: tuple[dict[str, int], int] = ({}, 0)
        self._lock = threading.Lock()

    def _change(self, order: Mapping[str, int], sign: int) -> None:
        with self._lock:
            pieces, cost = self.contents()
            for product, number in order.items():
                if number < 1:
                    raise ValueError(f"at least one piece of {product}, not {number}")
                cost += sign * self._prices[product] * number
                pieces[product] = pieces.get(product, 0) + sign * number
                if pieces[product] < 0:
                    raise ValueError(f"there are not {number} pieces of {product} in the cart")
            self._now = ({product: number for product, number in pieces.items() if number > 0}, cost)

    def add(self, order: Mapping[str, int]) -> None:
        """Put all products of `order` into the cart, so many pieces of each."""
        self._change(order, 1)

    def remove(self, product: str, pieces: int) -> None:
        """Take `pieces` of one product out of the cart."""
        self._change({product: pieces}, -1)

    def contents(self) -> tuple[dict[str, int], int]:
        """Return how many pieces there are of each product in the cart, and what all of it costs, in cents."""
        pieces, cost = self._now
        return dict(pieces), cost
