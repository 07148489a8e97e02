"""A queue of one is filled with two items before the consumer starts.

fails: starved-queue
"""

import queue
import threading


def scenario():
    jobs = queue.Queue(maxsize=1)
    done = []

    def consume():
        for _ in range(2):
            done.append(jobs.get())

    consumer = threading.Thread(target=consume)
    jobs.put("a")
    jobs.put("b")
    consumer.start()
    consumer.join()
    assert done == ["a", "b"]
