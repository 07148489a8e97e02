"""Once: the flag is set before the work is done, so the second thread goes on too early.

fails: assertion
"""

import threading


class Once:
    def __init__(self):
        self.lock = threading.Lock()
        self.done = False

    def call(self, work):
        if self.done:
            return
        with self.lock:
            if not self.done:
                self.done = True
                work()


def scenario():
    once = Once()
    loaded = []

    def use():
        once.call(lambda: loaded.append("config"))
        assert loaded == ["config"]

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
