"""The auditor takes no lock: it looks again when a transfer was under way or came between (a sequence lock).

The number is odd while a transfer is under way, and grows with each: if it is even and the same before and after the
look, nothing was changed in between.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping


class Bank:
    """The accounts of a bank, by name. Amounts are whole cents."""

    def __init__(self, opening: Mapping[str, int]) -> None:
        self._balances = dict(opening)
        self._transferring = threading.Lock()
        self._changes = 0

    def balances(self) -> Mapping[str, int]:
        """Return the balance of every account."""
        while True:
            before = self._changes
            if before % 2 == 0:
                seen = dict(self._balances)
                if self._changes == before:
                    return seen

    def transfer(self, source: str, target: str, amount: int) -> bool:
        """Move `amount` cents from `source` to `target` if they are there; say whether they were."""
        _require_positive(amount)
        with self._transferring:
            if self._balances[source] < amount:
                return False
            self._changes += 1
            self._balances[source] -= amount
            self._balances[target] += amount
            self._changes += 1
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
