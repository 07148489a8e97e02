"""The stop flag is assigned as a local variable, so the worker never sees it.

fails: livelock
"""

import threading

stop = False


def work():
    while not stop:
        pass


def halt():
    stop = True
    return stop


def scenario():
    global stop
    stop = False
    threads = [threading.Thread(target=target) for target in (work, halt)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
