"""A join with a time-out is taken for the end.

fails: assertion
"""

import threading


def scenario():
    rows = []
    worker = threading.Thread(target=lambda: rows.append(1))
    worker.start()
    worker.join(timeout=10)
    assert rows == [1]
