"""After the barrier everyone does what one should do.

fails: assertion
"""

import threading


def scenario():
    merged = []
    barrier = threading.Barrier(2)

    def work():
        barrier.wait()
        merged.append(1)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert merged == [1]
