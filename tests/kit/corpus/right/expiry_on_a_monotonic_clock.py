"""A cached value is read and judged under one lock, at one time."""

import threading
import time


def scenario():
    expires = time.monotonic() + 0.01
    seen = []

    def fresh():
        return time.monotonic() < expires

    def use():
        first = fresh()
        seen.append((first, first))

    def pause():
        time.sleep(0.02)

    threads = [threading.Thread(target=target) for target in (use, pause)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen[0][0] == seen[0][1]
