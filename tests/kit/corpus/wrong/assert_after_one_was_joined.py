"""Two results are looked at when one thread was joined.

fails: assertion
"""

import threading


def scenario():
    results = []
    one = threading.Thread(target=lambda: results.append(1))
    two = threading.Thread(target=lambda: results.append(2))
    one.start()
    two.start()
    one.join()
    assert len(results) == 2
    two.join()
