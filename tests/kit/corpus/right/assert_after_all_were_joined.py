"""Two results are looked at when both threads were joined."""

import threading


def scenario():
    results = []
    one = threading.Thread(target=lambda: results.append(1))
    two = threading.Thread(target=lambda: results.append(2))
    one.start()
    two.start()
    one.join()
    two.join()
    assert len(results) == 2
