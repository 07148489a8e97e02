"""Each producer puts a sentinel, and the consumer ends at the first.

fails: assertion
"""

import queue
import threading


def scenario():
    lines = queue.Queue()
    read = []

    def produce():
        lines.put("line")
        lines.put(None)

    threads = [threading.Thread(target=produce) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while (line := lines.get()) is not None:
        read.append(line)
    assert read == ["line", "line"]
