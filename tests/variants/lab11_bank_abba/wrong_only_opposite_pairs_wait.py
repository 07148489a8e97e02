"""A transfer waits for one in the opposite direction; three in a circle still deadlock.

kind: deadlock
class: lock-order inversion
lines: 51
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass
class Account:
    """One account of a bank."""

    number: int
    balance: int
    lock: threading.Lock = field(default_factory=threading.Lock)


class Bank:
    """Accounts that are known by their numbers. Amounts are whole cents."""

    def __init__(self, balances: Mapping[int, int]) -> None:
        """Open an account for each number in `balances`, with so many cents in it."""
        self._accounts = {number: Account(number, balance) for number, balance in balances.items()}
        self._under_way: list[tuple[int, int]] = []
        self._changed = threading.Condition()

    def balance(self, number: int) -> int:
        """Return the cents in an account."""
        account = self._accounts[number]
        with account.lock:
            return account.balance

    def transfer(self, source: int, target: int, amount: int) -> bool:
        """Move `amount` cents from account `source` to account `target`, if the balance covers them."""
        if amount <= 0:
            raise ValueError(f"the amount must be positive, not {amount} cents")
        debtor, creditor = self._accounts[source], self._accounts[target]
        if debtor is creditor:
            return self.balance(source) >= amount
        with self._changed:
            while (target, source) in self._under_way:
                self._changed.wait()
            self._under_way.append((source, target))
        try:
            with debtor.lock, creditor.lock:
                if debtor.balance < amount:
                    return False
                debtor.balance -= amount
                creditor.balance += amount
                return True
        finally:
            with self._changed:
                self._under_way.remove((source, target))
                self._changed.notify_all()


def run_orders(bank: Bank, orders: Iterable[tuple[int, int, int]]) -> int:
    """Carry out standing orders (source, target, amount); return how many were covered."""
    return sum(bank.transfer(source, target, amount) for source, target, amount in orders)
