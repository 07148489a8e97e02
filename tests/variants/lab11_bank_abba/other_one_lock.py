"""One lock for the whole bank: whoever holds it needs no other, so there is no circle."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping


class Bank:
    """Accounts that are known by their numbers. Amounts are whole cents."""

    def __init__(self, balances: Mapping[int, int]) -> None:
        """Open an account for each number in `balances`, with so many cents in it."""
        self._balances = dict(balances)
        self._lock = threading.Lock()

    def balance(self, number: int) -> int:
        """Return the cents in an account."""
        with self._lock:
            return self._balances[number]

    def transfer(self, source: int, target: int, amount: int) -> bool:
        """Move `amount` cents from account `source` to account `target`, if the balance covers them."""
        if amount <= 0:
            raise ValueError(f"the amount must be positive, not {amount} cents")
        if source not in self._balances or target not in self._balances:  # no account ever comes or goes
            raise KeyError(f"there is no account {source} or {target}")
        with self._lock:
            if self._balances[source] < amount:
                return False
            self._balances[source] -= amount
            self._balances[target] += amount
            return True


def run_orders(bank: Bank, orders: Iterable[tuple[int, int, int]]) -> int:
    """Carry out standing orders (source, target, amount); return how many were covered."""
    return sum(bank.transfer(source, target, amount) for source, target, amount in orders)
