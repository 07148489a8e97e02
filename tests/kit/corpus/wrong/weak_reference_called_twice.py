"""A weak reference is tested, then called again: the object may be gone.

fails: exception
"""

import threading
import weakref


class Image:
    size = 12


class Cache:
    def __init__(self):
        self.image = Image()
        self.weak = weakref.ref(self.image)

    def drop(self):
        self.image = None

    def size(self):
        return 0 if self.weak() is None else self.weak().size


def scenario():
    cache = Cache()
    threads = [threading.Thread(target=target) for target in (cache.drop, cache.size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.size() == 0
