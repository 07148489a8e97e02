"""Two threads would take turns by one semaphore, and one of them goes twice.

fails: assertion
"""

import threading


def scenario():
    ping = pong = threading.Semaphore(1)
    said = []

    def say(word, mine, other):
        for _ in range(2):
            mine.acquire()
            said.append(word)
            other.release()

    threads = [
        threading.Thread(target=say, args=("ping", ping, pong)),
        threading.Thread(target=say, args=("pong", pong, ping)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["ping", "pong", "ping", "pong"]
