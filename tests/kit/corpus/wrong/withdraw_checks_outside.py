"""A withdrawal checks before it takes the lock: two of them overdraw.

fails: assertion
"""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()

    def withdraw(self, amount):
        if self.balance >= amount:
            with self.lock:
                self.balance -= amount


def withdraw():
    account.withdraw(80)


def scenario():
    global account
    account = Account(100)
    threads = [threading.Thread(target=withdraw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert account.balance == 20
