"""One thread owns the books and works off a queue of orders, one after the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Mapping


class Bank:
    """Accounts that are known by their numbers. Amounts are whole cents."""

    def __init__(self, balances: Mapping[int, int]) -> None:
        """Open an account for each number in `balances`, with so many cents in it."""
        self._orders: queue.SimpleQueue[tuple[int, int, int, queue.SimpleQueue[int | Exception]]] = queue.SimpleQueue()
        threading.Thread(target=self._own, args=(dict(balances),), daemon=True).start()

    def balance(self, number: int) -> int:
        """Return the cents in an account."""
        return self._ask(number, number, 0)

    def transfer(self, source: int, target: int, amount: int) -> bool:
        """Move `amount` cents from account `source` to account `target`, if the balance covers them."""
        if amount <= 0:
            raise ValueError(f"the amount must be positive, not {amount} cents")
        return self._ask(source, target, amount)

    def _ask(self, source: int, target: int, amount: int) -> int:
        reply: queue.SimpleQueue[int | Exception] = queue.SimpleQueue()
        self._orders.put((source, target, amount, reply))
        answer = reply.get()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _own(self, balances: dict[int, int]) -> None:
        while True:
            source, target, amount, reply = self._orders.get()
            if source not in balances or target not in balances:
                reply.put(KeyError(f"there is no account {source} or {target}"))
            elif amount == 0:
                reply.put(balances[source])
            elif balances[source] < amount:
                reply.put(False)
            else:
                balances[source] -= amount
                balances[target] += amount
                reply.put(True)


def run_orders(bank: Bank, orders: Iterable[tuple[int, int, int]]) -> int:
    """Carry out standing orders (source, target, amount); return how many were covered."""
    return sum(bank.transfer(source, target, amount) for source, target, amount in orders)
