"""One thread owns the cart. What it is asked comes with a future, which takes the answer back, or the error."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any


class Cart:
    """How many pieces of each product a customer wants, and what they cost together."""

    def __init__(self, prices: Mapping[str, int]) -> None:
        """Make an empty cart for products that cost `prices` cents."""
        self._prices = prices
        self._pieces: dict[str, int] = {}
        self._calls: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...], Future[Any]]] = queue.SimpleQueue()
        threading.Thread(target=self._own, daemon=True).start()

    def _own(self) -> None:
        while True:
            function, args, answer = self._calls.get()
            try:
                answer.set_result(function(*args))
            except Exception as error:
                answer.set_exception(error)

    def _ask(self, function: Callable[..., Any], *args: Any) -> Any:
        answer: Future[Any] = Future()
        self._calls.put((function, args, answer))
        return answer.result()

    def add(self, order: Mapping[str, int]) -> None:
        """Put all products of `order` into the cart, so many pieces of each."""
        self._ask(self._change, order, 1)

    def remove(self, product: str, pieces: int) -> None:
        """Take `pieces` of one product out of the cart."""
        self._ask(self._change, {product: pieces}, -1)

    def contents(self) -> tuple[dict[str, int], int]:
        """Return how many pieces there are of each product in the cart, and what all of it costs, in cents."""
        pieces = self._ask(lambda: {product: number for product, number in self._pieces.items() if number > 0})
        return pieces, sum(self._prices[product] * number for product, number in pieces.items())

    def _change(self, order: Mapping[str, int], sign: int) -> None:
        after = dict(self._pieces)
        for product, number in order.items():
            if number < 1:
                raise ValueError(f"at least one piece of {product}, not {number}")
            if product not in self._prices:
                raise KeyError(product)
            after[product] = after.get(product, 0) + sign * number
            if after[product] < 0:
                raise ValueError(f"there are not {number} pieces of {product} in the cart")
        self._pieces = after
