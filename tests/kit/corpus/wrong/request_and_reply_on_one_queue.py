"""Requests and replies on one queue: a client can take its own request.

fails: assertion
"""

import queue
import threading


def scenario():
    requests = replies = queue.Queue()

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
