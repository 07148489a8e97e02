"""A LifoQueue as a pool of one buffer that is not put back.

fails: starved-queue
"""

import queue
import threading


def scenario():
    pool = queue.LifoQueue()
    pool.put([])

    def use():
        buffer = pool.get()
        buffer.append(1)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pool.get() == [1, 1]
