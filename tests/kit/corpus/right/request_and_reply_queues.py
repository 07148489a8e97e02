"""A server that puts the reply where the client waits."""

import queue
import threading


def scenario():
    requests, replies = queue.Queue(), queue.Queue()

    def serve():
        replies.put(requests.get() + " done")

    def ask():
        requests.put("print")
        assert replies.get() == "print done"

    threads = [threading.Thread(target=target) for target in (serve, ask)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
