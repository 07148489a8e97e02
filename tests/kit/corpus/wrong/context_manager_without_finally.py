"""A generator as a context manager, without try and finally: the lock stays taken.

fails: leaked-lock, assertion
"""

import contextlib
import threading

lock = threading.Lock()


@contextlib.contextmanager
def locked():
    lock.acquire()
    yield
    lock.release()


def work(text):
    try:
        with locked():
            int(text)
    except ValueError:
        pass


def scenario():
    threads = [threading.Thread(target=target) for target in (lambda: work("x"), lambda: work("7"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not lock.locked()
