"""A timed get whose Empty nobody expects.

fails: exception
"""

import queue
import threading


def scenario():
    answers = queue.Queue()
    got = []

    def ask():
        got.append(answers.get(timeout=5))

    threads = [threading.Thread(target=target) for target in (ask, lambda: answers.put(42))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [42]
