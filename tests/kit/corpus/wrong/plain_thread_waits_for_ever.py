"""A thread that is no daemon waits for a bell that nobody rings.

fails: lost-wakeup
"""

import threading


def scenario():
    bell = threading.Event()
    threading.Thread(target=bell.wait).start()
    assert not bell.is_set()
