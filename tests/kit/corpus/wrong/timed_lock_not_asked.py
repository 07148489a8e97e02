"""Who does not get the lock in time goes on all the same.

fails: exception
"""

import threading

lock = threading.Lock()
tally = {"counted": 0, "skipped": 0}


def count():
    lock.acquire(timeout=1)
    tally["counted"] += 1
    lock.release()


def scenario():
    tally["counted"] = 0
    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= tally["counted"] <= 2
