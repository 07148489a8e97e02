"""Listeners are removed from the list that a loop walks over: it skips one.

fails: assertion
"""

import threading


class Subject:
    def __init__(self):
        self.listeners = ["first", "second"]

    def tell(self, told):
        for listener in self.listeners:
            told.append(listener)

    def leave(self, listener):
        self.listeners.remove(listener)


def scenario():
    subject = Subject()
    told = []
    threads = [
        threading.Thread(target=target) for target in (lambda: subject.tell(told), lambda: subject.leave("first"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "second" in told
