"""Optimistic retry: check without the lock, book only if the version is still the one that was checked.

The version counts the bookings, so nothing that happened in between goes unnoticed.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence


class Account:
    """An account. Amounts are whole cents."""

    def __init__(self, opening: int = 0) -> None:
        """Open an account with `opening` cents in it."""
        if opening < 0:
            raise ValueError(f"an account cannot be opened with {opening} cents")
        self._state = (0, opening)  # version, balance: one object, so that both are read in one step
        self._lock = threading.Lock()

    def balance(self) -> int:
        """Return the cents in the account."""
        return self._state[1]

    def deposit(self, amount: int) -> None:
        """Pay `amount` cents in."""
        _require_positive(amount)
        while True:
            seen = self._state
            if self._replace(seen, seen[1] + amount):
                return

    def withdraw(self, amount: int) -> bool:
        """Take `amount` cents out if the balance covers them; say whether it did."""
        _require_positive(amount)
        while True:
            seen = self._state
            if seen[1] < amount:
                return False
            if self._replace(seen, seen[1] - amount):
                return True

    def _replace(self, seen: tuple[int, int], balance: int) -> bool:
        with self._lock:
            if self._state[0] != seen[0]:
                return False
            self._state = (seen[0] + 1, balance)
            return True


def _require_positive(amount: int) -> None:
    if amount <= 0:
        raise ValueError(f"the amount must be positive, not {amount} cents")


class CashMachine:
    """A machine that pays out from one account and remembers how much."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.paid = 0

    def serve(self, wishes: Sequence[int]) -> None:
        """Pay each of `wishes` (cents) that the account covers."""
        for amount in wishes:
            if self.account.withdraw(amount):
                self.paid += amount
