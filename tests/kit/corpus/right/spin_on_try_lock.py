"""A lock taken by trying again and again."""

import threading

lock = threading.Lock()
jobs = []


def work():
    while not lock.acquire(blocking=False):
        pass
    if not jobs:
        lock.release()
        return
    jobs.pop()
    lock.release()


def scenario():
    jobs[:] = ["only"]
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert jobs == []
