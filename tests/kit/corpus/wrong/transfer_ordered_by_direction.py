"""Transfers both ways take the lock of the account that pays first.

fails: deadlock
"""

import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    first, second = source, target
    with first.lock, second.lock:
        source.balance -= amount
        target.balance += amount


def scenario():
    ada, bob = Account(1, 100), Account(2, 100)
    threads = [
        threading.Thread(target=target) for target in (lambda: transfer(ada, bob, 10), lambda: transfer(bob, ada, 20))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (ada.balance, bob.balance) == (110, 90)
