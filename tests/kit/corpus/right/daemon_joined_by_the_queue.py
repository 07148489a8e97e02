"""A daemon's work is awaited by the queue's join."""

import queue
import threading


def scenario():
    lines = queue.Queue()
    log = []

    def write():
        while True:
            log.append(lines.get())
            lines.task_done()

    threading.Thread(target=write, daemon=True).start()
    lines.put("hello")
    lines.join()
    assert log == ["hello"]
