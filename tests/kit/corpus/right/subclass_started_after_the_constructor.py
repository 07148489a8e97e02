"""A Thread subclass that starts itself at the end of its constructor."""

import threading


class Poller(threading.Thread):
    def __init__(self, url):
        super().__init__()
        self.url = url
        self.start()

    def run(self):
        assert self.url == "here"


def scenario():
    Poller("here").join()
