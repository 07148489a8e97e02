"""A lock given back in finally, whatever happens."""

import threading

lock = threading.Lock()
total = []


def store(text):
    lock.acquire()
    try:
        total.append(int(text))
    finally:
        lock.release()


def work(text):
    try:
        store(text)
    except ValueError:
        print("not a number:", text)


def scenario():
    total.clear()
    threads = [threading.Thread(target=target) for target in (lambda: work("x"), lambda: work("7"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total == [7]
