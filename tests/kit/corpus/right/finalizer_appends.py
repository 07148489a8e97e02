"""Objects that note their end in __del__ while two threads make and drop them."""

import threading


class Handle:
    def __init__(self, closed):
        self.closed = closed

    def __del__(self):
        self.closed.append(1)


def scenario():
    closed = []

    def use():
        handle = Handle(closed)
        del handle

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert closed == [1, 1]
