"""Who is logged in stands in a threading.local: each thread has its own."""

import threading

current = threading.local()


def handle(name):
    current.user = name
    assert current.user == name


def scenario():
    threads = [threading.Thread(target=target) for target in (lambda: handle("ada"), lambda: handle("bob"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
