"""A point published as one tuple is never seen half moved."""

import threading


class Point:
    def __init__(self):
        self.at = (0, 0)

    def move(self):
        self.at = (1, 1)

    def look(self):
        return self.at


def scenario():
    point = Point()
    seen = []
    threads = [threading.Thread(target=target) for target in (point.move, lambda: seen.append(point.look()))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    x, y = seen[0]
    assert x == y
