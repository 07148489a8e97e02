"""A semaphore with two permits is none.

fails: assertion
"""

import threading

guard = threading.Semaphore(2)
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
