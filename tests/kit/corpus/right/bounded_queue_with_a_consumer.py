"""A full queue makes the producer wait for the consumer."""

import queue
import threading


def scenario():
    jobs = queue.Queue(maxsize=1)
    done = []

    def consume():
        for _ in range(2):
            done.append(jobs.get())

    consumer = threading.Thread(target=consume)
    consumer.start()
    jobs.put("a")
    jobs.put("b")
    consumer.join()
    assert done == ["a", "b"]
