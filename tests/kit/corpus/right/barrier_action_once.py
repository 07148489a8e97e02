"""The barrier's action runs once a round."""

import threading


def scenario():
    merged = []
    barrier = threading.Barrier(2, action=lambda: merged.append(1))

    def work():
        barrier.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert merged == [1]
