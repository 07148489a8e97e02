"""The auditor waits a little when the sum is not what the bank began with, then takes what it finds.

kind: assertion
class: torn read
lines: 38, 44
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping


class Bank:
    """The accounts of a bank, by name. Amounts are whole cents."""

    def __init__(self, opening: Mapping[str, int]) -> None:
        self._balances = dict(opening)
        self._lock = threading.Lock()
        self._all = sum(opening.values())

    def balances(self) -> Mapping[str, int]:
        """Return the balance of every account."""
        if sum(self._look().values()) != self._all:
            time.sleep(0.05)
        return self._look()

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
