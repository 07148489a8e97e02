"""Transfers are right, but who looks at a balance does not take the lock and sees them half done.

kind: assertion
class: torn read
lines: 33, 46
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

    def balance(self, number: int) -> int:
        """Return the cents in an account."""
        return self._accounts[number].balance

    def transfer(self, source: int, target: int, amount: int) -> bool:
        """Move `amount` cents from account `source` to account `target`, if the balance covers them."""
        if amount <= 0:
            raise ValueError(f"the amount must be positive, not {amount} cents")
        debtor, creditor = self._accounts[source], self._accounts[target]
        if debtor is creditor:
            return self.balance(source) >= amount
        first, second = sorted((debtor, creditor), key=lambda account: account.number)
        with first.lock, second.lock:
            if debtor.balance < amount:
                return False
            debtor.balance -= amount
            creditor.balance += amount
            return True


def run_orders(bank: Bank, orders: Iterable[tuple[int, int, int]]) -> int:
    """Carry out standing orders (source, target, amount); return how many were covered."""
    return sum(bank.transfer(source, target, amount) for source, target, amount in orders)
