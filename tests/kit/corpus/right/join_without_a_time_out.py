"""A join without a time-out waits for the end."""

import threading


def scenario():
    rows = []
    worker = threading.Thread(target=lambda: rows.append(1))
    worker.start()
    worker.join()
    assert rows == [1]
