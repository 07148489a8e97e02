"""A lock for many readers or one writer."""

import threading


class ReadersWriter:
    def __init__(self):
        self.readers = 0
        self.mutex = threading.Lock()
        self.room = threading.Semaphore(1)

    def start_reading(self):
        with self.mutex:
            self.readers += 1
            if self.readers == 1:
                self.room.acquire()

    def stop_reading(self):
        with self.mutex:
            self.readers -= 1
            if self.readers == 0:
                self.room.release()


def scenario():
    lock = ReadersWriter()
    page = {"left": 0, "right": 0}

    def read():
        lock.start_reading()
        assert page["left"] == page["right"]
        lock.stop_reading()

    def write():
        with lock.room:
            page["left"] += 1
            page["right"] += 1

    threads = [threading.Thread(target=target) for target in (read, read, write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
