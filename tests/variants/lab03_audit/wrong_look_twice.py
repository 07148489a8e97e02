"""The auditor looks until it has seen the same twice in a row. A half-done transfer can stand still that long.

kind: assertion
class: torn read
lines: 37, 43
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
        seen = self._look()
        while (again := self._look()) != seen:
            seen = again
        return seen

    def transfer(self, source: str, target: str, amount: int) -> bool:
        """Move `amount` cents from `source` to `target` if they are there; say whether they were."""
        _require_positive(amount)
        if not self._book(source, -amount):
            return False
        return self._book(target, amount)

    def _look(self) -> dict[str, int]:
        with self._lock:
            return dict(self._balances)

    def _book(self, name: str, amount: int) -> bool:
        with self._lock:
            if self._balances[name] + amount < 0:
                return False
            self._balances[name] += amount
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
