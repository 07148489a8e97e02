"""The result of a Thread subclass is read before join.

fails: assertion
"""

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
    total = adder.total
    adder.join()
    assert total == 3
