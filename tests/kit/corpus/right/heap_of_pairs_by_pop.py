"""Two workers pop a heap until it is empty."""

import heapq
import threading


def scenario():
    jobs = [(1, "a"), (2, "b")]
    done = []

    def work():
        done.append(heapq.heappop(jobs)[1])

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["a", "b"]
