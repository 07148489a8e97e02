"""A default of None, and a new lock in each call.

fails: assertion
"""

import threading

book = {}


def post(amount, lock=None):
    with lock or threading.Lock():
        book["total"] = book["total"] + amount


def scenario():
    book["total"] = 0
    threads = [threading.Thread(target=target) for target in (lambda: post(1), lambda: post(2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert book["total"] == 3
