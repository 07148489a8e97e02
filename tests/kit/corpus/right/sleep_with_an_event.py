"""The reader waits for an event; the sleep is mere politeness."""

import threading
import time


def scenario():
    written = threading.Event()
    pages = []

    def write():
        pages.append("page")
        written.set()

    def read():
        time.sleep(0.1)
        written.wait()
        assert pages == ["page"]

    threads = [threading.Thread(target=target) for target in (write, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
