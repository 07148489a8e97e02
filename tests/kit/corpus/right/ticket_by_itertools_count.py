"""Tickets from one itertools.count: next() is one call."""

import itertools
import threading


class Machine:
    def __init__(self):
        self.numbers = itertools.count(1)
        self.drawn = []

    def draw(self):
        self.drawn.append(next(self.numbers))


def scenario():
    machine = Machine()
    threads = [threading.Thread(target=machine.draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(machine.drawn) == [1, 2]
