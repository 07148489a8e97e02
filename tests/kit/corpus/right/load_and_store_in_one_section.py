"""What is stored was loaded in the same critical section."""

import threading

lock = threading.Lock()
stock = {}


def deliver():
    with lock:
        count = stock["apples"]
        stock["apples"] = count + 1


def scenario():
    stock["apples"] = 0
    threads = [threading.Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stock["apples"] == 2
