"""A result is stored, then its event is set: a one-shot promise."""

import threading


class Promise:
    def __init__(self):
        self.ready = threading.Event()
        self.value = None

    def keep(self, value):
        self.value = value
        self.ready.set()

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
