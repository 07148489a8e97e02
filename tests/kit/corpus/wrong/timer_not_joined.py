"""A timer of no delay is taken for done.

fails: assertion
"""

import threading


def scenario():
    rung = []
    timer = threading.Timer(0, rung.append, args=["ring"])
    timer.start()
    assert rung == ["ring"]
    timer.join()
