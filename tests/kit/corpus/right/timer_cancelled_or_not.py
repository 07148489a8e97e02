"""A timer that is cancelled may have run all the same."""

import threading


def scenario():
    fired = []
    timer = threading.Timer(60, lambda: fired.append(1))
    timer.start()
    timer.cancel()
    timer.join()
    assert len(fired) <= 1
