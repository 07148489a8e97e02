"""Tickets numbered by hand: two visitors can draw the same.

fails: assertion
"""

import threading


class Machine:
    def __init__(self):
        self.number = 0
        self.drawn = []

    def draw(self):
        self.number += 1
        self.drawn.append(self.number)


def scenario():
    machine = Machine()
    threads = [threading.Thread(target=machine.draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(machine.drawn) == [1, 2]
