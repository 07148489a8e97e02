"""A bounded semaphore released again by a clean-up: one time too often.

fails: exception
"""

import threading


def scenario():
    slots = threading.BoundedSemaphore(1)

    def work():
        slots.acquire()
        slots.release()
        slots.release()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
