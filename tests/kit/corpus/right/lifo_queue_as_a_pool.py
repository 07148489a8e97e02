"""A LifoQueue as a pool of one buffer: get, use, put back."""

import queue
import threading


def scenario():
    pool = queue.LifoQueue()
    pool.put([])

    def use():
        buffer = pool.get()
        buffer.append(1)
        pool.put(buffer)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pool.get() == [1, 1]
