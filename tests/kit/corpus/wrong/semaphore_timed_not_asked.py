"""A permit awaited for a while, and given back though it was never had.

fails: exception
"""

import threading


def scenario():
    permits = threading.BoundedSemaphore(1)

    def work():
        permits.acquire(timeout=1)
        permits.release()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
