"""Mutual exclusion by two flags alone: both can wait for each other.

fails: livelock
"""

import threading

wants = [False, False]


def work(me):
    wants[me] = True
    while wants[1 - me]:
        pass
    wants[me] = False


def scenario():
    wants[:] = [False, False]
    threads = [threading.Thread(target=target) for target in (lambda: work(0), lambda: work(1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
