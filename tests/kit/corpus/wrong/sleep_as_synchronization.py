"""The reader sleeps long enough, it was thought.

fails: assertion
"""

import threading
import time


def scenario():
    pages = []

    def write():
        pages.append("page")

    def read():
        time.sleep(0.1)
        assert pages == ["page"]

    threads = [threading.Thread(target=target) for target in (write, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
