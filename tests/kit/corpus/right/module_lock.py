"""A lock made when the module is imported guards all callers."""

import threading

lock = threading.Lock()
total = 0


def add(amount):
    global total
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
