"""A consumer spins until a flag is set, but the flag is set before the data.

fails: assertion
"""

import threading


class Box:
    data = None
    ready = False


def scenario():
    box = Box()

    def produce():
        box.ready = True
        box.data = 42

    def consume():
        while not box.ready:
            pass
        assert box.data == 42

    threads = [threading.Thread(target=target) for target in (consume, produce)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
