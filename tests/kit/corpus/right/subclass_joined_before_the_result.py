"""The result of a Thread subclass is read after join."""

import threading


class Adder(threading.Thread):
    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers
        self.total = None

    def run(self):
        self.total = sum(self.numbers)


def scenario():
    adder = Adder([1, 2])
    adder.start()
    adder.join()
    total = adder.total
    assert total == 3
