"""An event that is set and stays set: early or late, every waiter passes."""

import threading


def scenario():
    started = threading.Event()

    def wait():
        started.wait()

    def start():
        started.set()

    threads = [threading.Thread(target=target) for target in (wait, wait, start)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
