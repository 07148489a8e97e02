"""A loop that keeps the lock while it waits for the flag that needs it.

fails: livelock
"""

import threading

lock = threading.Lock()
ready = False


def wait():
    with lock:
        while True:
            if ready:
                return


def finish():
    global ready
    with lock:
        ready = True


def scenario():
    global ready
    ready = False
    threads = [threading.Thread(target=target) for target in (wait, finish)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
