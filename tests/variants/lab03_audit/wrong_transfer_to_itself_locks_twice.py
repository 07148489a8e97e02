"""Both locks by name, but when source and target are the same account its one lock is taken twice.

kind: self-deadlock
class: self-deadlock
lines: 33
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack


class Bank:
    """The accounts of a bank, by name. Amounts are whole cents."""

    def __init__(self, opening: Mapping[str, int]) -> None:
        self._balances = dict(opening)
        self._locks = {name: threading.Lock() for name in opening}

    def balances(self) -> Mapping[str, int]:
        """Return the balance of every account."""
        with ExitStack() as held:
            for name in sorted(self._locks):
                held.enter_context(self._locks[name])
            return dict(self._balances)

    def transfer(self, source: str, target: str, amount: int) -> bool:
        """Move `amount` cents from `source` to `target` if they are there; say whether they were."""
        _require_positive(amount)
        first, second = sorted((source, target))
        with self._locks[first], self._locks[second]:
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
