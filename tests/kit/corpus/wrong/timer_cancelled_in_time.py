"""A timer that is cancelled is taken never to have run.

fails: assertion
"""

import threading


def scenario():
    fired = []
    timer = threading.Timer(60, lambda: fired.append(1))
    timer.start()
    timer.cancel()
    timer.join()
    assert fired == []
