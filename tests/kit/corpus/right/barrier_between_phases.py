"""Two workers meet at one barrier after each of two phases."""

import threading


def scenario():
    barrier = threading.Barrier(2)
    first, second = [], []

    def work(name):
        first.append(name)
        barrier.wait()
        second.append(len(first))
        barrier.wait()
        assert second == [2, 2]

    threads = [threading.Thread(target=target) for target in (lambda: work("a"), lambda: work("b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
