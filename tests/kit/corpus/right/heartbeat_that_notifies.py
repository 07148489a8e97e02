"""A heartbeat tells who waits for it, and is stopped after a few beats."""

import threading


class Heart:
    def __init__(self):
        self.changed = threading.Condition()
        self.beats = 0

    def beat(self):
        for _ in range(2):
            with self.changed:
                self.beats += 1
                self.changed.notify_all()

    def wait_for_two(self):
        with self.changed:
            while self.beats < 2:
                self.changed.wait()


def scenario():
    heart = Heart()
    threads = [threading.Thread(target=heart.wait_for_two), threading.Thread(target=heart.beat)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heart.beats == 2
