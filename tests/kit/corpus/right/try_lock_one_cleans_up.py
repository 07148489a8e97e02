"""Whoever gets the try-lock cleans up; the other one goes on."""

import threading


def scenario():
    cleaning = threading.Lock()
    cleaned = []

    def clean():
        if cleaning.acquire(blocking=False):
            cleaned.append(1)

    threads = [threading.Thread(target=clean) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cleaned == [1]
