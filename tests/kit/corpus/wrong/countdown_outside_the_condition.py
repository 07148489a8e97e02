"""A countdown latch counts down without the lock: it may never reach zero.

fails: lost-wakeup
"""

import threading


class Countdown:
    def __init__(self, count):
        self.count = count
        self.zero = threading.Condition()

    def down(self):
        self.count -= 1
        with self.zero:
            if self.count == 0:
                self.zero.notify_all()

    def wait(self):
        with self.zero:
            while self.count > 0:
                self.zero.wait()


def scenario():
    countdown = Countdown(2)
    threads = [threading.Thread(target=countdown.down) for _ in range(2)]
    for thread in threads:
        thread.start()
    countdown.wait()
    for thread in threads:
        thread.join()
