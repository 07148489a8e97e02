"""Who is logged in stands in a module variable: the other thread's name is read.

fails: assertion
"""

import threading

user = "nobody"


def log_in(name):
    global user
    user = name


def handle(name):
    log_in(name)
    assert user == name


def scenario():
    threads = [threading.Thread(target=target) for target in (lambda: handle("ada"), lambda: handle("bob"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
