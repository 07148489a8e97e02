"""A worker turns until an event tells it to stop."""

import threading

stop = False


def work():
    while not stop:
        pass


def halt():
    global stop
    stop = True


def scenario():
    global stop
    stop = False
    threads = [threading.Thread(target=target) for target in (work, halt)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
