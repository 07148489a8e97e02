"""Debit and credit are one critical section, but the check stands before it: two transfers move the same money.

kind: assertion
class: check-then-act
lines: 24, 32
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping


class Bank:
    """The accounts of a bank, by name. Amounts are whole cents."""

    def __init__(self, opening: Mapping[str, int]) -> None:
        self._balances = dict(opening)
        self._lock = threading.Lock()

    def balances(self) -> Mapping[str, int]:
        """Return the balance of every account."""
        with self._lock:
            return dict(self._balances)

    def transfer(self, source: str, target: str, amount: int) -> bool:
        """Move `amount` cents from `source` to `target` if they are there; say whether they were."""
        _require_positive(amount)
        if self.balances()[source] < amount:
            return False
        with self._lock:
            self._balances[source] -= amount
            self._balances[target] += amount
        return True


def _require_positive(amount: int) -> None:
    if amount <= 0:
        raise ValueError(f"the amount must be positive, not {amount} cents")


def work_off(bank: Bank, orders: Iterable[tuple[str, str, int]]) -> int:
    """Carry out the transfers in `orders`; return how many were refused."""
    return [bank.transfer(*order) for order in orders].count(False)


def audit(bank: Bank, looks: int) -> list[int]:
    """Look at the accounts `looks` times; return the sum of all balances at each look."""
    return [sum(bank.balances().values()) for _ in range(looks)]
