"""Double-checked locking that looks again inside the lock."""

import threading

lock = threading.Lock()


class Pool:
    connection = None
    opened = 0


def connect():
    if Pool.connection is None:
        with lock:
            if Pool.connection is None:
                Pool.opened += 1
                Pool.connection = object()
    return Pool.connection


def scenario():
    Pool.connection = None
    Pool.opened = 0
    threads = [threading.Thread(target=connect) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Pool.opened == 1
