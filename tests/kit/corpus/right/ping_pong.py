"""Two threads take turns by two semaphores."""

import threading


def scenario():
    ping, pong = threading.Semaphore(1), threading.Semaphore(0)
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
