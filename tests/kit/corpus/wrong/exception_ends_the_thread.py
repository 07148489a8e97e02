"""A thread dies of an exception that nobody sees.

fails: exception
"""

import threading


def scenario():
    errors = []

    def work():
        int("x")

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert errors == []
