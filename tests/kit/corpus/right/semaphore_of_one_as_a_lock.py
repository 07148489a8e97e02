"""A semaphore with one permit is a lock."""

import threading

guard = threading.Semaphore(1)
hits = {"n": 0}


def hit():
    with guard:
        hits["n"] += 1


def scenario():
    hits["n"] = 0
    threads = [threading.Thread(target=hit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hits["n"] == 2
