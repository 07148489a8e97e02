"""full(), then put_nowait(): another one may have come in between.

fails: exception
"""

import queue
import threading


def scenario():
    inbox = queue.Queue(maxsize=1)
    dropped = []

    def send():
        if inbox.full():
            dropped.append(1)
        else:
            inbox.put_nowait("mail")

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inbox.qsize() == 1
