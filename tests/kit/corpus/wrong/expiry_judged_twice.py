"""A cached value is fresh at the first look, and expired at the second.

fails: assertion
"""

import threading
import time


def scenario():
    expires = time.monotonic() + 0.01
    seen = []

    def fresh():
        return time.monotonic() < expires

    def use():
        first = fresh()
        seen.append((first, fresh()))

    def pause():
        time.sleep(0.02)

    threads = [threading.Thread(target=target) for target in (use, pause)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen[0][0] == seen[0][1]
