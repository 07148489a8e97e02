"""A class attribute guarded by a lock of each instance.

fails: assertion
"""

import threading


class Order:
    count = 0

    def __init__(self):
        self.lock = threading.Lock()

    def place(self):
        with self.lock:
            Order.count += 1


def scenario():
    Order.count = 0
    threads = [threading.Thread(target=Order().place) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Order.count == 2
