"""Who is logged in stands in one global object: the other thread's name is read.

fails: assertion
"""

import threading


class Current:
    user = None


current = Current()


def handle(name):
    current.user = name
    assert current.user == name


def scenario():
    threads = [threading.Thread(target=target) for target in (lambda: handle("ada"), lambda: handle("bob"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
