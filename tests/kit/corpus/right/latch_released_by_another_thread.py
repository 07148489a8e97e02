"""A Lock as a latch: taken here, released by another thread."""

import threading


def scenario():
    latch = threading.Lock()
    latch.acquire()
    done = []

    def work():
        done.append(1)
        latch.release()

    worker = threading.Thread(target=work)
    worker.start()
    latch.acquire()
    assert done == [1]
    worker.join()
