"""The predicate is changed under the condition's lock."""

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
        ready = True
        condition.notify()


def scenario():
    global ready
    ready = False
    threads = [threading.Thread(target=target) for target in (wait, tell)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
