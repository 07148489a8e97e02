"""Two consumers empty a queue by get_nowait until it raises Empty."""

import queue
import threading


def scenario():
    jobs = queue.Queue()
    jobs.put("only")
    done = []

    def consume():
        try:
            done.append(jobs.get_nowait())
        except queue.Empty:
            pass

    threads = [threading.Thread(target=consume) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == ["only"]
