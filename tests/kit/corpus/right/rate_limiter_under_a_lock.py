"""A rate limiter on time.monotonic with one permit a minute, under a lock."""

import threading
import time


class Limiter:
    def __init__(self):
        self.last = None
        self.lock = threading.Lock()

    def allow(self):
        now = time.monotonic()
        with self.lock:
            if self.last is not None and now - self.last < 60:
                return False
            self.last = now
            return True


def scenario():
    limiter = Limiter()
    allowed = []
    threads = [threading.Thread(target=lambda: allowed.append(limiter.allow())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert allowed.count(True) == 1
