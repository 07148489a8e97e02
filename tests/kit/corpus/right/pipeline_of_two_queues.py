"""Three stages joined by two queues, with a sentinel handed on."""

import queue
import threading


def scenario():
    raw, cooked = queue.Queue(), queue.Queue()
    out = []

    def read():
        raw.put(3)
        raw.put(None)

    def cook():
        while (item := raw.get()) is not None:
            cooked.put(item * 2)
        cooked.put(None)

    def serve():
        while (item := cooked.get()) is not None:
            out.append(item)

    threads = [threading.Thread(target=target) for target in (read, cook, serve)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert out == [6]
