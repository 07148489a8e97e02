"""A join with a time-out, taken as true when it ended.

fails: assertion
"""

import threading


def scenario():
    rows = []
    worker = threading.Thread(target=lambda: rows.append(1))
    worker.start()
    ended = worker.join(timeout=1) is None
    if ended:
        assert rows == [1]
