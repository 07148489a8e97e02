"""One thread owns the accounts and works off a queue of jobs, each of them whole."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Mapping


class Bank:
    """The accounts of a bank, by name. Amounts are whole cents."""

    def __init__(self, opening: Mapping[str, int]) -> None:
        self._jobs: queue.SimpleQueue[tuple[tuple[str, str, int] | None, queue.SimpleQueue]] = queue.SimpleQueue()
        threading.Thread(target=self._own, args=(dict(opening),), daemon=True).start()

    def balances(self) -> Mapping[str, int]:
        """Return the balance of every account."""
        return self._ask(None)

    def transfer(self, source: str, target: str, amount: int) -> bool:
        """Move `amount` cents from `source` to `target` if they are there; say whether they were."""
        _require_positive(amount)
        return self._ask((source, target, amount))

    def _own(self, balances: dict[str, int]) -> None:
        while True:
            job, reply = self._jobs.get()
            if job is None:
                reply.put(dict(balances))
                continue
            source, target, amount = job
            covered = balances[source] >= amount
            if covered:
                balances[source] -= amount
                balances[target] += amount
            reply.put(covered)

    def _ask(self, job: tuple[str, str, int] | None):
        reply: queue.SimpleQueue = queue.SimpleQueue()
        self._jobs.put((job, reply))
        return reply.get()


def _require_positive(amount: int) -> None:
    if amount <= 0:
        raise ValueError(f"the amount must be positive, not {amount} cents")


def work_off(bank: Bank, orders: Iterable[tuple[str, str, int]]) -> int:
    """Carry out the transfers in `orders`; return how many were refused."""
    return [bank.transfer(*order) for order in orders].count(False)


def audit(bank: Bank, looks: int) -> list[int]:
    """Look at the accounts `looks` times; return the sum of all balances at each look."""
    return [sum(bank.balances().values()) for _ in range(looks)]
