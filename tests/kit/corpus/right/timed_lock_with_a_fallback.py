"""Who does not get the lock in time does something else."""

import threading

lock = threading.Lock()
tally = {"counted": 0, "skipped": 0}


def count():
    if not lock.acquire(timeout=1):
        return
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
