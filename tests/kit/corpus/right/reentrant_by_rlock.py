"""A method under an RLock calls another one under the same RLock."""

import threading


class Cart:
    def __init__(self):
        self.items = []
        self.lock = threading.RLock()

    def add(self, item):
        with self.lock:
            self.items.append(item)

    def add_two(self, item):
        with self.lock:
            self.add(item)
            self.add(item)


def scenario():
    cart = Cart()
    threads = [threading.Thread(target=target) for target in (lambda: cart.add_two("pen"), lambda: cart.add("cup"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(cart.items) == ["cup", "pen", "pen"]
