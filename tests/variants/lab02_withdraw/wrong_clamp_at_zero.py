"""Two withdrawals still pass the check; the balance is merely shown as zero when it is below.

kind: assertion
class: check-then-act
lines: 24, 36
"""

from __future__ import annotations

from collections.abc import Sequence


class Account:
    """An account. Amounts are whole cents."""

    def __init__(self, opening: int = 0) -> None:
        """Open an account with `opening` cents in it."""
        if opening < 0:
            raise ValueError(f"an account cannot be opened with {opening} cents")
        self._bookings = [opening]

    def balance(self) -> int:
        """Return the cents in the account."""
        return max(0, sum(self._bookings))

    def deposit(self, amount: int) -> None:
        """Pay `amount` cents in."""
        _require_positive(amount)
        self._bookings.append(amount)

    def withdraw(self, amount: int) -> bool:
        """Take `amount` cents out if the balance covers them; say whether it did."""
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
