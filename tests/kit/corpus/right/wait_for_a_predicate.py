"""A waiter that looks at a flag first cannot miss the notify."""

import threading


def scenario():
    condition = threading.Condition()
    state = {"ready": False}

    def wait():
        with condition:
            while not state["ready"]:
                condition.wait()

    def tell():
        with condition:
            state["ready"] = True
            condition.notify()

    threads = [threading.Thread(target=target) for target in (wait, tell)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
