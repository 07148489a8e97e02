"""One put too few on a SimpleQueue.

fails: starved-queue
"""

import queue
import threading


def scenario():
    mail = queue.SimpleQueue()
    got = []

    def send():
        mail.put("a")

    def receive():
        for _ in range(2):
            got.append(mail.get())

    threads = [threading.Thread(target=target) for target in (send, receive)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["a", "b"]
