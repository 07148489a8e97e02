"""Two workers empty a deque until popleft says that it is empty."""

import threading
from collections import deque


def scenario():
    jobs = deque(["a", "b"])
    done = []

    def work():
        while True:
            try:
                done.append(jobs.popleft())
            except IndexError:
                return

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["a", "b"]
