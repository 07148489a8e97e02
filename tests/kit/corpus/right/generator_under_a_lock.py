"""A generator shared by two threads, advanced under a lock."""

import threading


class Numbers:
    def __init__(self):
        self.last = 0
        self.lock = threading.Lock()
        self.stream = self.generate()

    def generate(self):
        while True:
            self.last += 1
            yield self.last

    def take(self):
        with self.lock:
            return next(self.stream)


def scenario():
    numbers = Numbers()
    got = []
    threads = [threading.Thread(target=lambda: got.append(numbers.take())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [1, 2]
