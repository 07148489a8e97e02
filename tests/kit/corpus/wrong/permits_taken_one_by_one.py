"""Two threads need two permits each, and each gets one.

fails: starved-semaphore
"""

import threading

permits = threading.Semaphore(2)


def copy():
    permits.acquire()
    permits.acquire()
    permits.release()
    permits.release()


def scenario():
    threads = [threading.Thread(target=copy) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
