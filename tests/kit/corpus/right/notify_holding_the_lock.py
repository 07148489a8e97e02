"""A notify inside the with block."""

import threading


def scenario():
    condition = threading.Condition()
    ready = []

    def wait():
        with condition:
            condition.wait_for(lambda: ready)

    def tell():
        with condition:
            ready.append(1)
            condition.notify()

    threads = [threading.Thread(target=target) for target in (wait, tell)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
