"""A point published as two attributes is seen half moved.

fails: assertion
"""

import threading


class Point:
    def __init__(self):
        self.x = self.y = 0

    def move(self):
        self.x = 1
        self.y = 1

    def look(self):
        return self.x, self.y


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
