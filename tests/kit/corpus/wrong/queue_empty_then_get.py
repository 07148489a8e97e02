"""Two consumers empty a queue by empty(), then get().

fails: starved-queue
"""

import queue
import threading


def scenario():
    jobs = queue.Queue()
    jobs.put("only")
    done = []

    def consume():
        if not jobs.empty():
            done.append(jobs.get())

    threads = [threading.Thread(target=consume) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == ["only"]
