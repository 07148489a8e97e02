"""Opposite orders of two locks are harmless behind one gate lock."""

import threading

a, b, gate = threading.Lock(), threading.Lock(), threading.Lock()
other_gate = gate


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
