"""The shopping cart of one customer, who has the shop open in several tabs of the browser.

Run it with ``python -m labs.lab10_cart``: two tabs fill the cart, and one asks for something that is sold out.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping


class Cart:
    """How many pieces of each product a customer wants, and what they cost together.

    Every method may be called from any number of threads at the same time.

    * Each call takes effect at one moment between its start and its return: nobody ever sees a part of it.
    * A call that raises, whatever it raises, changes nothing. All other calls, before and after, go on as if it had
      never been made.
    * Every call returns or raises. It may have to wait for calls that other threads have under way, and for nothing
      else.
    """

    def __init__(self, prices: Mapping[str, int]) -> None:
        """Make an empty cart for products that cost `prices` cents; the prices never change."""
        self._prices = prices
        self._pieces: dict[str, int] = {}
        self._cost = 0
        self._lock = threading.Lock()

    def add(self, order: Mapping[str, int]) -> None:
        """Put all products of `order` into the cart, so many pieces of each.

        Raises:
            KeyError: the shop does not have one of the products.
            ValueError: less than one piece of a product is ordered.
        """
        self._lock.acquire()
        cost = sum(self._price(product, pieces) for product, pieces in order.items())
        for product, pieces in order.items():
            self._pieces[product] = self._pieces.get(product, 0) + pieces
        self._cost += cost
        self._lock.release()

    def remove(self, product: str, pieces: int) -> None:
        """Take `pieces` of one product out of the cart.

        Raises:
            KeyError: the shop does not have the product.
            ValueError: `pieces` is less than one, or more than there are in the cart.
        """
        self._lock.acquire()
        cost = self._price(product, pieces)
        left = self._pieces.get(product, 0) - pieces
        if left < 0:
            raise ValueError(f"there are {left + pieces} pieces of {product} in the cart, not {pieces}")
        self._pieces[product] = left
        self._cost -= cost
        self._lock.release()

    def contents(self) -> tuple[dict[str, int], int]:
        """Return how many pieces there are of each product in the cart, and what all of it costs, in cents.

        Products of which there are none are left out. The dict belongs to the caller: it stays as it is.
        """
        self._lock.acquire()
        pieces = {product: pieces for product, pieces in self._pieces.items() if pieces > 0}
        cost = self._cost
        self._lock.release()
        return pieces, cost

    def _price(self, product: str, pieces: int) -> int:
        if pieces < 1:
            raise ValueError(f"at least one piece of {product}, not {pieces}")
        return self._prices[product] * pieces


def click(cart: Cart, orders: Iterable[Mapping[str, int]], messages: list[str]) -> None:
    """Put one order after the other into the cart, as a tab of the browser does, and note what the customer is told."""
    for order in orders:
        try:
            cart.add(order)
        except (KeyError, ValueError) as error:
            messages.append(f"sorry: {error}")
        else:
            messages.append(f"added {', '.join(order)}")


def main() -> None:
    """Fill a cart from two tabs, then print what the customer was told and what is in the cart."""
    cart = Cart({"tea": 450, "mug": 900, "kettle": 3900})
    tabs: list[list[Mapping[str, int]]] = [
        [{"tea": 2}, {"kettle": 1, "samovar": 1}, {"mug": 1}],
        [{"mug": 2}, {"tea": 1}, {"kettle": 1}],
    ]
    messages: list[list[str]] = [[] for _ in tabs]
    threads = [
        threading.Thread(target=click, args=(cart, orders, told), daemon=True)
        for orders, told in zip(tabs, messages, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=2.0)
    for number, told in enumerate(messages, start=1):
        print(f"tab {number}: {'; '.join(told)}")
    if any(thread.is_alive() for thread in threads):
        print("... and the cart does not answer any more.")
    else:
        pieces, cost = cart.contents()
        print(f"in the cart: {', '.join(f'{number} {product}' for product, number in pieces.items())}: {cost} cents")
