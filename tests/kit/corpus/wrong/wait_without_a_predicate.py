"""A waiter that looks at nothing misses a notify that came before.

fails: lost-wakeup
"""

import threading


def scenario():
    condition = threading.Condition()
    state = {"ready": False}

    def wait():
        with condition:
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
