"""Threads that log through one logger and its handler."""

import logging
import threading

log = logging.getLogger("corpus")
log.propagate = False


class Keep(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def scenario():
    keep = Keep()
    log.handlers = [keep]
    log.setLevel(logging.INFO)
    threads = [
        threading.Thread(target=target)
        for target in (lambda: log.info("user %s", "ada"), lambda: log.info("user %s", "bob"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(keep.lines) == ["user ada", "user bob"]
