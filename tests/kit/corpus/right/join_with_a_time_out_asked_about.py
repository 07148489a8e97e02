"""A join with a time-out, and is_alive asked afterwards."""

import threading


def scenario():
    rows = []
    worker = threading.Thread(target=lambda: rows.append(1))
    worker.start()
    ended = worker.join(timeout=1) is None and not worker.is_alive()
    if ended:
        assert rows == [1]
