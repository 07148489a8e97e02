"""A memo filled after a look: two threads get two objects.

fails: assertion
"""

import threading

cache = {}


def parsed(text):
    if text not in cache:
        cache[text] = [text]
    return cache[text]


def scenario():
    cache.clear()
    got = []

    def ask():
        got.append(parsed("1+1"))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got[0] is got[1]
