"""A Thread subclass that starts itself before its constructor has set all.

fails: exception
"""

import threading


class Poller(threading.Thread):
    def __init__(self, url):
        super().__init__()
        self.start()
        self.url = url

    def run(self):
        assert self.url == "here"


def scenario():
    Poller("here").join()
