"""A timed get that tries again when nothing came."""

import queue
import threading


def scenario():
    answers = queue.Queue()
    got = []

    def ask():
        while True:
            try:
                got.append(answers.get(timeout=5))
                return
            except queue.Empty:
                continue

    threads = [threading.Thread(target=target) for target in (ask, lambda: answers.put(42))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [42]
