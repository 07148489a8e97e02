"""The event of a promise is set before the result is stored.

fails: assertion
"""

import threading


class Promise:
    def __init__(self):
        self.ready = threading.Event()
        self.value = None

    def keep(self, value):
        self.ready.set()
        self.value = value

    def get(self):
        self.ready.wait()
        return self.value


def scenario():
    promise = Promise()
    got = []
    threads = [
        threading.Thread(target=target) for target in (lambda: got.append(promise.get()), lambda: promise.keep(7))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [7]
