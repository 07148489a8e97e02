"""A lock made once, as a default argument."""

import threading

book = {}


def post(amount, lock=threading.Lock()):
    with lock:
        book["total"] = book["total"] + amount


def scenario():
    book["total"] = 0
    threads = [threading.Thread(target=target) for target in (lambda: post(1), lambda: post(2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert book["total"] == 3
