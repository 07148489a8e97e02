"""A loop that takes the lock for each look, and gives it back."""

import threading

lock = threading.Lock()
ready = False


def wait():
    while True:
        with lock:
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
