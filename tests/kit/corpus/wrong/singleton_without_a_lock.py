"""A singleton made in __new__ without a lock: there can be two.

fails: assertion
"""

import threading


class Registry:
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance


def scenario():
    Registry._instance = None
    got = []
    threads = [threading.Thread(target=lambda: got.append(Registry())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got[0] is got[1]
