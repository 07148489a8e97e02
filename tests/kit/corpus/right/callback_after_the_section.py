"""Listeners are called after the subject's lock was given back."""

import threading


class Subject:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0
        self.listener = None

    def set(self, value):
        with self.lock:
            self.value = value
            listener = self.listener
        listener.changed()

    def get(self):
        with self.lock:
            return self.value


class View:
    def __init__(self, subject):
        self.lock = threading.Lock()
        self.subject = subject

    def changed(self):
        with self.lock:
            pass

    def draw(self):
        with self.lock:
            return self.subject.get()


def scenario():
    subject = Subject()
    view = subject.listener = View(subject)
    threads = [threading.Thread(target=target) for target in (lambda: subject.set(1), view.draw)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert subject.get() == 1
