"""A waiter hands out both accounts or none: who waits holds nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping


class Bank:
    """Accounts that are known by their numbers. Amounts are whole cents."""

    def __init__(self, balances: Mapping[int, int]) -> None:
        """Open an account for each number in `balances`, with so many cents in it."""
        self._balances = dict(balances)
        self._busy: set[int] = set()
        self._changed = threading.Condition()

    def balance(self, number: int) -> int:
        """Return the cents in an account."""
        self._take(number)
        try:
            return self._balances[number]
        finally:
            self._give_back(number)

    def transfer(self, source: int, target: int, amount: int) -> bool:
        """Move `amount` cents from account `source` to account `target`, if the balance covers them."""
        if amount <= 0:
            raise ValueError(f"the amount must be positive, not {amount} cents")
        self._take(source, target)
        try:
            if self._balances[source] < amount:
                return False
            self._balances[source] -= amount
            self._balances[target] += amount
            return True
        finally:
            self._give_back(source, target)

    def _take(self, *numbers: int) -> None:
        for number in numbers:
            if number not in self._balances:
                raise KeyError(number)
        with self._changed:
            while not self._busy.isdisjoint(numbers):
                self._changed.wait()
            self._busy.update(numbers)

    def _give_back(self, *numbers: int) -> None:
        with self._changed:
            self._busy.difference_update(numbers)
            self._changed.notify_all()


def run_orders(bank: Bank, orders: Iterable[tuple[int, int, int]]) -> int:
    """Carry out standing orders (source, target, amount); return how many were covered."""
    return sum(bank.transfer(source, target, amount) for source, target, amount in orders)
