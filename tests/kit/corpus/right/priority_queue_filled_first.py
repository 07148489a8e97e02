"""A PriorityQueue filled before it is read gives the lowest first."""

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
    filler.join()
    worker.start()
    worker.join()
    assert order == ["first", "later"]
