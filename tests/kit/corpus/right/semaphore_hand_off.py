"""A baton handed over by a semaphore that starts at zero."""

import threading


def scenario():
    baton = threading.Semaphore(0)
    run = []

    def first():
        run.append("first")
        baton.release()

    def second():
        baton.acquire()
        run.append("second")

    threads = [threading.Thread(target=target) for target in (second, first)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert run == ["first", "second"]
