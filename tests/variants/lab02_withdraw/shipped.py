"""A bank account that several cash machines draw on.

Run it with ``python -m labs.lab02_withdraw``: three machines empty one account, then the books are checked.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence


class Account:
    """An account, kept as the list of its bookings. Amounts are whole cents.

    Every method may be called from any number of threads at the same time.

    * The balance is the sum of the bookings. It is never below zero, at no moment and for no observer.
    * No money is made or lost: the balance is the opening balance, plus all deposits, minus all withdrawals that
      returned True.
    * A withdrawal is refused only if there was a moment, during the call, when the balance did not cover it.
    """

    def __init__(self, opening: int = 0) -> None:
        """Open an account with `opening` cents in it.

        Raises:
            ValueError: `opening` is negative.
        """
        if opening < 0:
            raise ValueError(f"an account cannot be opened with {opening} cents")
        self._bookings = [opening]

    def balance(self) -> int:
        """Return the cents in the account."""
        return sum(self._bookings)

    def deposit(self, amount: int) -> None:
        """Pay `amount` cents in.

        Raises:
            ValueError: `amount` is not positive.
        """
        _require_positive(amount)
        self._bookings.append(amount)

    def withdraw(self, amount: int) -> bool:
        """Take `amount` cents out if the balance covers them.

        Returns:
            True when the money was taken out, False when the balance did not cover it and nothing was changed.

        Raises:
            ValueError: `amount` is not positive.
        """
        _require_positive(amount)
        if self.balance() < amount:
            return False
        self._bookings.append(-amount)
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


def main(opening: int = 1_000_00, machines: int = 3) -> None:
    """Let `machines` cash machines draw on one account until it is empty, then print the books."""
    account = Account(opening)
    points = [CashMachine(account) for _ in range(machines)]
    threads = [threading.Thread(target=point.serve, args=([50_00, 20_00, 10_00] * 10,)) for point in points]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    paid = sum(point.paid for point in points)
    print(f"opened with  {opening / 100:8.2f}")
    print(f"paid out     {paid / 100:8.2f}")
    print(f"balance      {account.balance() / 100:8.2f}")
