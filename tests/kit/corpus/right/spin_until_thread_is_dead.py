"""A loop that asks is_alive until the worker has ended."""

import threading
import time


def scenario():
    done = []
    worker = threading.Thread(target=lambda: done.append(1))
    worker.start()
    while worker.is_alive():
        time.sleep(0.05)
    assert done == [1]
