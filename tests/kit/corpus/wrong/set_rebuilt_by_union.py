"""Names united into a new set by two threads.

fails: assertion
"""

import threading


class Guests:
    def __init__(self):
        self.names = set()

    def add(self, name):
        self.names = self.names | {name}


def scenario():
    guests = Guests()
    threads = [threading.Thread(target=target) for target in (lambda: guests.add("ada"), lambda: guests.add("bob"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(guests.names) == 2
