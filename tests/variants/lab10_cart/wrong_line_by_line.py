"""Each line is checked when its turn comes: what stands before the wrong one is in the cart already.

kind: assertion
class: unclassified
"""

from __future__ import annotations

import threading
from collections.abc import Mapping


class Cart:
    """How many pieces of each product a customer wants, and what they cost together."""

    def __init__(self, prices: Mapping[str, int]) -> None:
        """Make an empty cart for products that cost `prices` cents."""
        self._prices = prices
        self._pieces: dict[str, int] = {}
        self._cost = 0
        self._lock = threading.Lock()

    def add(self, order: Mapping[str, int]) -> None:
        """Put all products of `order` into the cart, so many pieces of each."""
        with self._lock:
            for product, pieces in order.items():
                cost = self._price(product, pieces)
                self._pieces[product] = self._pieces.get(product, 0) + pieces
                self._cost += cost

    def remove(self, product: str, pieces: int) -> None:
        """Take `pieces` of one product out of the cart."""
        with self._lock:
            cost = self._price(product, pieces)
            left = self._pieces.get(product, 0) - pieces
            if left < 0:
                raise ValueError(f"there are {left + pieces} pieces of {product} in the cart, not {pieces}")
            self._pieces[product] = left
            self._cost -= cost

    def contents(self) -> tuple[dict[str, int], int]:
        """Return how many pieces there are of each product in the cart, and what all of it costs, in cents."""
        with self._lock:
            pieces = {product: pieces for product, pieces in self._pieces.items() if pieces > 0}
            cost = self._cost
        return pieces, cost

    def _price(self, product: str, pieces: int) -> int:
        if pieces < 1:
            raise ValueError(f"at least one piece of {product}, not {pieces}")
        return self._prices[product] * pieces
