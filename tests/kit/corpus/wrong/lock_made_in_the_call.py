"""A lock made in the call guards nothing: every caller has its own.

fails: assertion
"""

import threading

total = 0


def add(amount):
    global total
    lock = threading.Lock()
    with lock:
        total += amount


def scenario():
    global total
    total = 0
    threads = [threading.Thread(target=target) for target in (lambda: add(1), lambda: add(2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total == 3
