"""An early return out of a with block gives the lock back."""

import threading

lock = threading.Lock()
names = []


def add(name):
    with lock:
        if name in names:
            return
        names.append(name)


def scenario():
    names.clear()
    threads = [threading.Thread(target=lambda: add("ada")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == ["ada"]
