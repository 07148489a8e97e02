"""put_nowait on a queue that may be full, with Full handled."""

import queue
import threading


def scenario():
    inbox = queue.Queue(maxsize=1)
    dropped = []

    def send():
        try:
            inbox.put_nowait("mail")
        except queue.Full:
            dropped.append(1)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inbox.qsize() == 1
