"""task_done once for each item."""

import queue
import threading


def scenario():
    jobs = queue.Queue()

    def work():
        jobs.get()
        jobs.task_done()

    worker = threading.Thread(target=work)
    worker.start()
    jobs.put("job")
    jobs.join()
    worker.join()
