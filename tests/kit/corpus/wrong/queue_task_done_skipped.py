"""task_done is skipped when a job fails: join never returns.

fails: starved-queue
"""

import queue
import threading


def scenario():
    jobs = queue.Queue()
    for job in ("1", "x"):
        jobs.put(job)

    def work():
        while True:
            job = jobs.get()
            try:
                int(job)
            except ValueError:
                continue
            jobs.task_done()

    threading.Thread(target=work, daemon=True).start()
    jobs.join()
