"""Load and store are each under the lock, but not both in one critical section.

fails: assertion
"""

import threading

lock = threading.Lock()
stock = {}


def deliver():
    with lock:
        count = stock["apples"]
    with lock:
        stock["apples"] = count + 1


def scenario():
    stock["apples"] = 0
    threads = [threading.Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stock["apples"] == 2
