"""Who would stop the heartbeat waits for a notification, and the heartbeat goes on without one.

fails: starvation
"""

import threading


class Heart:
    def __init__(self):
        self.changed = threading.Condition()
        self.beats = 0
        self.stopped = False

    def beat(self):
        while not self.stopped:
            self.beats += 1

    def stop_after_three(self):
        with self.changed:
            while self.beats < 3:
                self.changed.wait()
        self.stopped = True


def scenario():
    heart = Heart()
    threads = [threading.Thread(target=heart.stop_after_three), threading.Thread(target=heart.beat)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heart.beats >= 3
