"""Two waiters for one opening are both woken."""

import threading


class Gate:
    def __init__(self):
        self.condition = threading.Condition()
        self.open = False

    def wait(self):
        with self.condition:
            self.condition.wait_for(lambda: self.open)

    def raise_it(self):
        with self.condition:
            self.open = True
            self.condition.notify_all()


def scenario():
    gate = Gate()
    threads = [threading.Thread(target=target) for target in (gate.wait, gate.wait, gate.raise_it)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
