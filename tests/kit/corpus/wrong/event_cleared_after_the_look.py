"""A consumer looks, then clears its event: what came in between is not seen.

fails: lost-wakeup
"""

import threading


def scenario():
    wake = threading.Event()
    mail = []
    read = []

    def consume():
        while len(read) < 2:
            wake.wait()
            while mail:
                read.append(mail.pop())
            wake.clear()

    def produce():
        for letter in "ab":
            mail.append(letter)
            wake.set()

    threads = [threading.Thread(target=target) for target in (consume, produce)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read) == ["a", "b"]
