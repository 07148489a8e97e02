"""A pure function under functools.lru_cache, called by two threads."""

import functools
import threading


@functools.lru_cache(maxsize=64)
def square(number):
    return number * number


def scenario():
    got = []

    def ask():
        got.append(square(3))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [9, 9]
