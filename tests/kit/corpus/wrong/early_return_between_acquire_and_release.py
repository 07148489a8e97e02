"""An early return between acquire and release keeps the lock.

fails: leaked-lock
"""

import threading

lock = threading.Lock()
names = []


def add(name):
    lock.acquire()
    if name in names:
        return
    names.append(name)
    lock.release()


def scenario():
    names.clear()
    threads = [threading.Thread(target=lambda: add("ada")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == ["ada"]
