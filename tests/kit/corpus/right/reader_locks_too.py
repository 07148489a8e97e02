"""Writer and reader of two fields use the same lock."""

import threading


class Span:
    def __init__(self):
        self.low, self.high = 0, 1
        self.lock = threading.Lock()
        self.read_lock = self.lock

    def shift(self):
        with self.lock:
            self.low += 5
            self.high += 5

    def width(self):
        with self.read_lock:
            return self.high - self.low


def scenario():
    span = Span()
    seen = []
    threads = [threading.Thread(target=target) for target in (span.shift, lambda: seen.append(span.width()))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1]
