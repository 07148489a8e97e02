"""Tasks of a pool count under a lock."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Stats:
    def __init__(self):
        self.done = 0
        self.lock = threading.Lock()

    def note(self):
        with self.lock:
            self.done += 1


def scenario():
    stats = Stats()
    with ThreadPoolExecutor(max_workers=2) as pool:
        pool.submit(stats.note)
        pool.submit(stats.note)
    assert stats.done == 2
