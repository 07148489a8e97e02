"""An event that is set and cleared at once: a late waiter misses it.

fails: lost-wakeup
"""

import threading


def scenario():
    started = threading.Event()

    def wait():
        started.wait()

    def start():
        started.set()
        started.clear()

    threads = [threading.Thread(target=target) for target in (wait, wait, start)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
