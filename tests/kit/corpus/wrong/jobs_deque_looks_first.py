"""Two workers empty a deque after a look at its length.

fails: exception
"""

import threading
from collections import deque


def scenario():
    jobs = deque(["a", "b"])
    done = []

    def work():
        while len(jobs) > 0:
            done.append(jobs.popleft())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["a", "b"]
