"""A lock taken by trying again and again, and not given back by an early return.

fails: livelock
"""

import threading

lock = threading.Lock()
jobs = []


def work():
    while not lock.acquire(blocking=False):
        pass
    if not jobs:
        return
    jobs.pop()
    lock.release()


def scenario():
    jobs.clear()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert jobs == []
