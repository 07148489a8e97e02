"""A worker that fails aborts the barrier, and the other one expects it."""

import threading


def scenario():
    barrier = threading.Barrier(2)
    ended = []

    def good():
        try:
            barrier.wait()
        except threading.BrokenBarrierError:
            ended.append("broken")

    def bad():
        barrier.abort()

    threads = [threading.Thread(target=target) for target in (good, bad)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == ["broken"]
