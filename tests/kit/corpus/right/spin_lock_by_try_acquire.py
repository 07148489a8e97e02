"""A spin lock on a try-acquire lets one thread in."""

import threading


class SpinLock:
    def __init__(self):
        self.taken = threading.Lock()

    def enter(self):
        while not self.taken.acquire(blocking=False):
            pass

    def leave(self):
        self.taken.release()


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
