"""A decorator whose lock is made in each call.

fails: assertion
"""

import functools
import threading

balance = 0


def synchronized(function):
    @functools.wraps(function)
    def wrapper(*args):
        with threading.Lock():
            return function(*args)

    return wrapper


@synchronized
def deposit(amount):
    global balance
    balance += amount


def scenario():
    global balance
    balance = 0
    threads = [threading.Thread(target=target) for target in (lambda: deposit(1), lambda: deposit(2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert balance == 3
