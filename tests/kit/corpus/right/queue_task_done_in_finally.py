"""task_done in finally: join returns also when a job fails."""

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
            finally:
                jobs.task_done()

    threading.Thread(target=work, daemon=True).start()
    jobs.join()
