"""A consumer spins until a flag is set; the data was written before."""

import threading


class Box:
    data = None
    ready = False


def scenario():
    box = Box()

    def produce():
        box.data = 42
        box.ready = True

    def consume():
        while not box.ready:
            pass
        assert box.data == 42

    threads = [threading.Thread(target=target) for target in (consume, produce)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
