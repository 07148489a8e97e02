"""Opposite orders of two locks, each behind a gate of its own.

fails: deadlock
"""

import threading

a, b, gate = threading.Lock(), threading.Lock(), threading.Lock()
other_gate = threading.Lock()


def one():
    with gate, a, b:
        pass


def two():
    with other_gate, b, a:
        pass


def scenario():
    threads = [threading.Thread(target=target) for target in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
