"""The accounts of a small bank, the transfers between them, and the auditor who adds them up.

Run it with ``python -m solutions.lab03_audit``: two clerks move money while an auditor watches the total.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping


class Bank:
    """The accounts of a bank, by name. Amounts are whole cents.

    Every method may be called from any number of threads at the same time.

    * A transfer happens as a whole, at one moment between its call and its return. No observer sees the money gone
      from one account and not yet in the other, or in both.
    * No money is made or lost, and no balance is ever below zero.
    * A transfer is refused only if there was a moment, during the call, when its source did not cover it.
    * :meth:`balances` shows all accounts as they stood at one moment between its call and its return.
    """

    def __init__(self, opening: Mapping[str, int]) -> None:
        """Open the bank with an account for each name in `opening`, and so many cents in it."""
        self._balances = dict(opening)
        # It stands for "the accounts are as they should be": whoever holds it may find or leave them so, and only its
        # holder may see them otherwise.
        self._lock = threading.Lock()

    def balances(self) -> Mapping[str, int]:
        """Return the balance of every account. What was returned does not change when money moves later."""
        # The auditor only reads, and has to hold the lock all the same: else it can look between the two halves.
        with self._lock:
            return {name: self._balances[name] for name in sorted(self._balances)}

    def transfer(self, source: str, target: str, amount: int) -> bool:
        """Move `amount` cents from the account `source` to the account `target`.

        A transfer from an account to itself is allowed. It changes nothing, and has to be covered like any other.

        Returns:
            True when the money was moved, False when `source` did not cover it and nothing was changed.

        Raises:
            ValueError: `amount` is not positive.
        """
        if amount <= 0:
            raise ValueError(f"the amount must be positive, not {amount} cents")
        # What belongs together stands in one critical section: the check, the debit and the credit. In two of them, one
        # after the other, each half would be safe, and the time between the halves would not.
        #
        # Also right: a lock an account, if the transfer holds both and balances() holds all of them at once, everybody
        # taking them in the same order; or a new dict with both changes, which takes the old one's place in one
        # assignment (then balances() needs no lock, and transfers still need one against each other).
        with self._lock:
            if not self._take(source, amount):
                return False
            self._give(target, amount)
            return True

    def _take(self, name: str, amount: int) -> bool:
        """Take `amount` out of the account `name` if it covers it; say whether it did. The caller holds the lock."""
        # Taking the lock here again would wait for ever: a plain Lock does not ask who holds it.
        if self._balances[name] < amount:
            return False
        self._balances[name] -= amount
        return True

    def _give(self, name: str, amount: int) -> None:
        """Put `amount` into the account `name`. The caller holds the lock."""
        self._balances[name] += amount


def work_off(bank: Bank, orders: Iterable[tuple[str, str, int]]) -> int:
    """Carry out the transfers in `orders`, one after the other; return how many were refused."""
    refused = 0
    for source, target, amount in orders:
        if not bank.transfer(source, target, amount):
            refused += 1
    return refused


def audit(bank: Bank, looks: int) -> list[int]:
    """Look at the accounts `looks` times; return the sum of all balances at each look."""
    return [sum(bank.balances().values()) for _ in range(looks)]


def main(orders: int = 20_000, looks: int = 2_000) -> None:
    """Let two clerks move money round in circles and an auditor look on, then print what the auditor found."""
    bank = Bank({"rent": 500_00, "food": 300_00, "savings": 1_200_00})
    circle = [("rent", "food", 25_00), ("food", "savings", 25_00), ("savings", "rent", 25_00)]
    found: list[int] = []
    people = [threading.Thread(target=work_off, args=(bank, circle * (orders // 3)), daemon=True) for _ in range(2)]
    people.append(threading.Thread(target=lambda: found.extend(audit(bank, looks)), daemon=True))
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=5.0)
    opening = 2_000_00
    print(f"in the bank, all the time  {opening / 100:10.2f}")
    print(f"the auditor's lowest sum   {min(found, default=0) / 100:10.2f}")
    print(f"looks with a wrong sum     {sum(total != opening for total in found):7} of {len(found)}")
    if any(person.is_alive() for person in people):
        print("... and somebody still waits for the accounts.")
