"""Double-checked locking that stores the reference when the object is ready."""

import threading

lock = threading.Lock()
settings = None


def load():
    global settings
    if settings is None:
        with lock:
            if settings is None:
                fresh = {}
                fresh["colour"] = "green"
                settings = fresh
    return settings["colour"]


def scenario():
    global settings
    settings = None
    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert load() == "green"
