"""A bank that moves money between its accounts.

Run it with ``python -m solutions.lab11_bank_abba``: two households send each other their standing orders.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass
class Account:
    """One account of a bank."""

    number: int
    balance: int
    lock: threading.Lock = field(default_factory=threading.Lock)


class Bank:
    """Accounts that are known by their numbers. Amounts are whole cents.

    Every method may be called from any number of threads at the same time.

    * Every call returns: nobody waits for ever, whatever the other threads call.
    * For everybody else a transfer is one step: who sees the money gone from one account finds it in the other, and who
      sees it arrived finds it gone.
    * A transfer is refused only if there was a moment, during the call, when the balance did not cover it.
    """

    def __init__(self, balances: Mapping[int, int]) -> None:
        """Open an account for each number in `balances`, with so many cents in it."""
        self._accounts = {number: Account(number, balance) for number, balance in balances.items()}

    def balance(self, number: int) -> int:
        """Return the cents in an account.

        Raises:
            KeyError: there is no such account.
        """
        account = self._accounts[number]
        with account.lock:
            return account.balance

    def transfer(self, source: int, target: int, amount: int) -> bool:
        """Move `amount` cents from account `source` to account `target`, if the balance covers them.

        The two may be the same account: then nothing moves, and the answer is as ever.

        Returns:
            True when the balance covered the amount, False when it did not and nothing was changed.

        Raises:
            KeyError: there is no such account.
            ValueError: `amount` is not positive.
        """
        if amount <= 0:
            raise ValueError(f"the amount must be positive, not {amount} cents")
        debtor, creditor = self._accounts[source], self._accounts[target]
        # A thread that takes a plain Lock twice waits for itself, so one account for both is a case of its own. (With
        # an RLock in each account it is not.)
        if debtor is creditor:
            return self.balance(source) >= amount
        # Both locks are needed at once: with one at a time there is a moment when the money is in neither account. So a
        # thread waits for a lock while it holds another, and a circle must be made impossible: everybody takes the lock
        # of the lower number first. In a circle each thread holds a lock and waits for a higher one, and the one that
        # holds the highest would have to wait for something higher still.
        #
        # Any order will do that is the same for all and never changes: the number, not the argument, not the balance.
        # Also right: a lock for the whole bank, or one that is held while the two are collected; or never to wait while
        # holding a lock: try the second, and if it is taken give the first one back, pause, and begin again.
        first, second = sorted((debtor, creditor), key=lambda account: account.number)
        with first.lock, second.lock:
            if debtor.balance < amount:
                return False
            debtor.balance -= amount
            creditor.balance += amount
            return True


def run_orders(bank: Bank, orders: Iterable[tuple[int, int, int]]) -> int:
    """Carry out standing orders (source, target, amount); return how many were covered."""
    return sum(bank.transfer(source, target, amount) for source, target, amount in orders)


def main(orders: int = 20_000) -> None:
    """Let two threads run `orders` standing orders each, in opposite directions, then print the balances."""
    bank = Bank({1: 1_000_00, 2: 1_000_00})
    done = {}

    def work(name: str, source: int, target: int) -> None:
        done[name] = run_orders(bank, [(source, target, 1_00)] * orders)

    threads = [
        threading.Thread(target=work, args=("rent", 1, 2), daemon=True),
        threading.Thread(target=work, args=("car", 2, 1), daemon=True),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=2.0)
    if any(thread.is_alive() for thread in threads):
        print("Two threads wait for each other, and nothing can happen any more.")
        return
    print(f"orders carried out  {sum(done.values())}")
    print(f"account 1           {bank.balance(1) / 100:.2f}")
    print(f"account 2           {bank.balance(2) / 100:.2f}")
