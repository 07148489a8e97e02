"""An object whose __del__ takes the lock under which it is dropped.

fails: self-deadlock
"""

import threading


class Pool:
    def __init__(self):
        self.lock = threading.Lock()
        self.closed = []
        self.items = []

    def drop(self):
        with self.lock:
            self.items.pop()


class Item:
    def __init__(self, pool):
        self.pool = pool

    def __del__(self):
        with self.pool.lock:
            self.pool.closed.append("item")


def scenario():
    pool = Pool()
    pool.items += [Item(pool), Item(pool)]
    threads = [threading.Thread(target=pool.drop) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pool.items == []
