"""Whoever needs two permits takes both under a lock."""

import threading

permits = threading.Semaphore(2)
one_at_a_time = threading.Lock()


def copy():
    with one_at_a_time:
        permits.acquire()
        permits.acquire()
    permits.release()
    permits.release()


def scenario():
    threads = [threading.Thread(target=copy) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
