"""The balances are a dict that nobody ever changes: a transfer makes a new one and puts it in the old one's place.

Those who transfer take turns; those who look need no lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping


class Bank:
    """Accounts that are known by their numbers. Amounts are whole cents."""

    def __init__(self, balances: Mapping[int, int]) -> None:
        """Open an account for each number in `balances`, with so many cents in it."""
        self._balances = dict(balances)
        self._transferring = threading.Lock()

    def balance(self, number: int) -> int:
        """Return the cents in an account."""
        return self._balances[number]

    def transfer(self, source: int, target: int, amount: int) -> bool:
        """Move `amount` cents from account `source` to account `target`, if the balance covers them."""
        if amount <= 0:
            raise ValueError(f"the amount must be positive, not {amount} cents")
        with self._transferring:
            balances = dict(self._balances)
            if balances[source] < amount:
                return False
            balances[source] -= amount
            balances[target] += amount
            self._balances = balances
            return True


def run_orders(bank: Bank, orders: Iterable[tuple[int, int, int]]) -> int:
    """Carry out standing orders (source, target, amount); return how many were covered."""
    return sum(bank.transfer(source, target, amount) for source, target, amount in orders)
