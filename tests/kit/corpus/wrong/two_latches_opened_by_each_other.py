"""Two threads each wait on a latch that the other would open next.

fails: deadlock
"""

import threading


def scenario():
    ready_a, ready_b = threading.Lock(), threading.Lock()
    ready_a.acquire()
    ready_b.acquire()

    def one():
        ready_b.acquire()
        ready_a.release()

    def two():
        ready_a.acquire()
        ready_b.release()

    threads = [threading.Thread(target=target) for target in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
