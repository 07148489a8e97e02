"""Words counted by two threads in one Counter, under a lock."""

import threading
from collections import Counter


def scenario():
    counts = Counter()
    lock = threading.Lock()

    def count(text):
        for word in text.split():
            with lock:
                counts[word] += 1

    threads = [threading.Thread(target=count, args=(text,)) for text in ("a rose", "a")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == {"a": 2, "rose": 1}
