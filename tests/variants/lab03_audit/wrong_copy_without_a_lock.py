"""The auditor takes no lock because its copy is a single step. It is, and shows half of a transfer in one step.

kind: assertion
class: torn read
lines: 23, 31
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
        return self._balances.copy()

    def transfer(self, source: str, target: str, amount: int) -> bool:
        """Move `amount` cents from `source` to `target` if they are there; say whether they were."""
        _require_positive(amount)
        with self._lock:
            if self._balances[source] < amount:
                return False
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
