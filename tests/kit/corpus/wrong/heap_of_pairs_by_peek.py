"""Two workers look at the top of a heap, then pop what may be another.

fails: assertion
"""

import heapq
import threading


def scenario():
    jobs = [(1, "a"), (2, "b")]
    done = []

    def work():
        done.append(jobs[0][1])
        heapq.heappop(jobs)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["a", "b"]
