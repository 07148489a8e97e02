"""A consumer clears its event, then looks: nothing that comes later is missed."""

import threading


def scenario():
    wake = threading.Event()
    mail = []
    read = []

    def consume():
        while len(read) < 2:
            wake.wait()
            wake.clear()
            while mail:
                read.append(mail.pop())

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
