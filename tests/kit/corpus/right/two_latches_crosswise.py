"""Two threads wait on two latches that the main thread opens: a circle only in looks."""

import threading


def scenario():
    ready_a, ready_b = threading.Lock(), threading.Lock()
    ready_a.acquire()
    ready_b.acquire()

    def one():
        ready_a.release()
        ready_b.acquire()

    def two():
        ready_b.release()
        ready_a.acquire()

    threads = [threading.Thread(target=target) for target in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
