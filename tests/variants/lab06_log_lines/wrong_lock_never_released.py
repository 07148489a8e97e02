"""acquire() without release(): the next line waits for ever.

kind: self-deadlock
class: lock leak
lines: 41
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._lock = threading.Lock()

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        return Logger(name, self._sink, self._lock)

    def close(self) -> None:
        """Bring all lines to the disk."""
        self._sink.flush()


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, sink: Any, lock: threading.Lock) -> None:
        self._name = name
        self._sink = sink
        self._lock = lock

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        self._lock.acquire()
        print(f"{level} {self._name}: {message}", file=self._sink)


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
