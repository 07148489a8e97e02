"""A rate limiter on time.monotonic that checks and notes in two steps.

fails: assertion
"""

import threading
import time


class Limiter:
    def __init__(self):
        self.last = None

    def allow(self):
        now = time.monotonic()
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
