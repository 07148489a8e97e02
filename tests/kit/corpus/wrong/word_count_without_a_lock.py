"""Words counted by two threads in one Counter: an update of an element is two steps.

fails: assertion
"""

import threading
from collections import Counter


def scenario():
    counts = Counter()

    def count(text):
        for word in text.split():
            counts[word] += 1

    threads = [threading.Thread(target=count, args=(text,)) for text in ("a rose", "a")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == {"a": 2, "rose": 1}
