"""Opposite orders of two locks, where a failed try keeps the first lock and tries again.

fails: livelock
"""

import threading
import time

left = threading.Lock()
right = threading.Lock()


def take(first, second):
    first.acquire()
    while not second.acquire(blocking=False):
        time.sleep(0.01)
    second.release()
    first.release()


def scenario():
    threads = [threading.Thread(target=target) for target in (lambda: take(left, right), lambda: take(right, left))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not left.locked() and not right.locked()
