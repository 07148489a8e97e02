"""A lock an account. A transfer holds both of its accounts, the audit holds all; everybody takes them by name.

Whoever sees two accounts holds the locks of both, so no transfer between them can be half done. One order for all, the
audit too, so nobody waits in a circle. A transfer from an account to itself takes its one lock once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack


class Bank:
    """The accounts of a bank, by name. Amounts are whole cents."""

    def __init__(self, opening: Mapping[str, int]) -> None:
        self._balances = dict(opening)
        self._locks = {name: threading.Lock() for name in sorted(opening)}

    def balances(self) -> Mapping[str, int]:
        """Return the balance of every account."""
        with ExitStack() as held:
            for lock in self._locks.values():
                held.enter_context(lock)
            return dict(self._balances)

    def transfer(self, source: str, target: str, amount: int) -> bool:
        """Move `amount` cents from `source` to `target` if they are there; say whether they were."""
        _require_positive(amount)
        with ExitStack() as held:
            for name in sorted(dict.fromkeys((source, target))):
                held.enter_context(self._locks[name])
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
