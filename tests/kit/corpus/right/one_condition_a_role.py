"""A one-place buffer with a condition for each role."""

import threading


class Buffer:
    def __init__(self):
        self.lock = threading.Lock()
        self.not_empty = threading.Condition(self.lock)
        self.not_full = threading.Condition(self.lock)
        self.item = None

    def put(self, item):
        with self.lock:
            while self.item is not None:
                self.not_full.wait()
            self.item = item
            self.not_empty.notify()

    def get(self):
        with self.lock:
            while self.item is None:
                self.not_empty.wait()
            item, self.item = self.item, None
            self.not_full.notify()
            return item


def scenario():
    buffer = Buffer()
    got = []

    def produce():
        buffer.put("a")
        buffer.put("b")

    def consume():
        got.append(buffer.get())

    threads = [threading.Thread(target=target) for target in (consume, consume, produce)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["a", "b"]
