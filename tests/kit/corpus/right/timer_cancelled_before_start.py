"""A timer cancelled before it was started never runs."""

import threading


def scenario():
    fired = []
    timer = threading.Timer(60, lambda: fired.append(1))
    timer.cancel()
    timer.start()
    timer.join()
    assert fired == []
