"""A spin lock that tests a flag, then sets it, lets two threads in.

fails: assertion
"""

import threading


class SpinLock:
    def __init__(self):
        self.taken = False

    def enter(self):
        while self.taken:
            pass
        self.taken = True

    def leave(self):
        self.taken = False


def scenario():
    spin = SpinLock()
    inside = []

    def work():
        spin.enter()
        inside.append(1)
        assert len(inside) == 1
        inside.pop()
        spin.leave()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
