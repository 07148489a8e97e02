"""A timer's work is awaited by join."""

import threading


def scenario():
    rung = []
    timer = threading.Timer(0, rung.append, args=["ring"])
    timer.start()
    timer.join()
    assert rung == ["ring"]
