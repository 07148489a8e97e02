"""An RLock as a latch: its owner passes at once, and only its owner may release it.

fails: assertion, exception
"""

import threading


def scenario():
    latch = threading.RLock()
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
