"""The worker that needs the lock is joined after the lock was given back."""

import threading

lock = threading.Lock()


def work():
    with lock:
        pass


def scenario():
    worker = threading.Thread(target=work)
    with lock:
        worker.start()
    worker.join()
