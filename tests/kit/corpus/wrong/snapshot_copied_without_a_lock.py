"""Copy-on-write where two writers copy the same original: one addition is lost.

fails: assertion
"""

import threading


class Routes:
    def __init__(self):
        self.table = {}

    def add(self, path, handler):
        fresh = dict(self.table)
        fresh[path] = handler
        self.table = fresh


def scenario():
    routes = Routes()
    threads = [threading.Thread(target=target) for target in (lambda: routes.add("/a", 1), lambda: routes.add("/b", 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert routes.table == {"/a": 1, "/b": 2}
