"""Copy-on-write: writers copy and replace under a lock, readers just look."""

import threading


class Routes:
    def __init__(self):
        self.table = {}
        self.lock = threading.Lock()

    def add(self, path, handler):
        with self.lock:
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
