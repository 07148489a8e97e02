"""A timed wait on an event whose answer is ignored.

fails: assertion
"""

import threading


def scenario():
    loaded = threading.Event()
    rows = []

    def load():
        rows.append(1)
        loaded.set()

    def show():
        loaded.wait(timeout=30)
        assert rows == [1]

    threads = [threading.Thread(target=target) for target in (load, show)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
