"""A PriorityQueue read while it is filled gives what is there.

fails: assertion
"""

import queue
import threading


def scenario():
    jobs = queue.PriorityQueue()
    order = []

    def fill():
        jobs.put((2, "later"))
        jobs.put((1, "first"))

    def work():
        for _ in range(2):
            order.append(jobs.get()[1])

    filler, worker = threading.Thread(target=fill), threading.Thread(target=work)
    filler.start()
    worker.start()
    filler.join()
    worker.join()
    assert order == ["first", "later"]
