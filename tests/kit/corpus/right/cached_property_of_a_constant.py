"""A cached_property may be computed twice; its value is the same."""

import functools
import threading


class Circle:
    def __init__(self, radius):
        self.radius = radius

    @functools.cached_property
    def area(self):
        return 3 * self.radius * self.radius


def scenario():
    circle = Circle(2)
    got = []

    def ask():
        got.append(circle.area)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [12, 12]
