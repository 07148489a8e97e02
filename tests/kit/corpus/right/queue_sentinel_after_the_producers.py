"""The sentinel is put when both producers have ended."""

import queue
import threading


def scenario():
    lines = queue.Queue()
    read = []

    def produce():
        lines.put("line")

    threads = [threading.Thread(target=produce) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines.put(None)
    while (line := lines.get()) is not None:
        read.append(line)
    assert read == ["line", "line"]
