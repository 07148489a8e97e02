"""A barrier for three where two come.

fails: unfilled-barrier
"""

import threading


def scenario():
    start = threading.Barrier(3)
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
