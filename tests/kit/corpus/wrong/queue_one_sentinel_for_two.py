"""One sentinel for two consumers.

fails: starved-queue
"""

import queue
import threading


def scenario():
    jobs = queue.Queue()
    done = []

    def consume():
        while True:
            job = jobs.get()
            if job is None:
                return
            done.append(job)

    def produce():
        jobs.put("job")
        jobs.put(None)

    threads = [threading.Thread(target=target) for target in (consume, consume, produce)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == ["job"]
