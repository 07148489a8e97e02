"""The notify is given before the predicate changes: the waiter looks too early.

fails: lost-wakeup
"""

import threading

condition = threading.Condition()
ready = False


def wait():
    with condition:
        while not ready:
            condition.wait()


def tell():
    global ready
    with condition:
        condition.notify()
    ready = True


def scenario():
    global ready
    ready = False
    threads = [threading.Thread(target=target) for target in (wait, tell)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
