"""A barrier that may break by a time-out: both ways out are expected."""

import threading


def scenario():
    barrier = threading.Barrier(2)
    ended = []

    def work():
        try:
            barrier.wait(timeout=1)
        except threading.BrokenBarrierError:
            ended.append("broken")
        else:
            ended.append("met")

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 2
