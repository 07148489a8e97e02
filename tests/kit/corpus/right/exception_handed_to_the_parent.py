"""A thread hands its exception to whoever joins it."""

import threading


def scenario():
    errors = []

    def work():
        try:
            int("x")
        except ValueError as error:
            errors.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert len(errors) == 1
