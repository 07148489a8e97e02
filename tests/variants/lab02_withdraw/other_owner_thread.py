"""One thread owns the account and works off a queue of bookings, one after the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence


class Account:
    """An account. Amounts are whole cents."""

    def __init__(self, opening: int = 0) -> None:
        """Open an account with `opening` cents in it."""
        if opening < 0:
            raise ValueError(f"an account cannot be opened with {opening} cents")
        self._requests: queue.SimpleQueue[tuple[int, queue.SimpleQueue[int | None]]] = queue.SimpleQueue()
        threading.Thread(target=self._own, args=(opening,), daemon=True).start()

    def balance(self) -> int:
        """Return the cents in the account."""
        balance = self._ask(0)
        assert balance is not None
        return balance

    def deposit(self, amount: int) -> None:
        """Pay `amount` cents in."""
        _require_positive(amount)
        self._ask(amount)

    def withdraw(self, amount: int) -> bool:
        """Take `amount` cents out if the balance covers them; say whether it did."""
        _require_positive(amount)
        return self._ask(-amount) is not None

    def _own(self, balance: int) -> None:
        while True:
            change, reply = self._requests.get()
            if balance + change < 0:
                reply.put(None)
            else:
                balance += change
                reply.put(balance)

    def _ask(self, change: int) -> int | None:
        reply: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._requests.put((change, reply))
        return reply.get()


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
