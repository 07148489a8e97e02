"""A countdown latch counts down under its condition."""

import threading


class Countdown:
    def __init__(self, count):
        self.count = count
        self.zero = threading.Condition()

    def down(self):
        with self.zero:
            self.count -= 1
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
