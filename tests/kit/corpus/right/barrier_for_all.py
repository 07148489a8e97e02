"""A barrier for as many as come."""

import threading


def scenario():
    start = threading.Barrier(2)
    times = []

    def run():
        start.wait()
        times.append(1)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == 2
