"""Each write is locked, and that was one step already. Between the two the lock is free.

kind: assertion
class: torn write
lines: 44
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
        with self._lock:
            print(f"{level} {self._name}: {message}", end="", file=self._sink)
        with self._lock:
            print(file=self._sink)


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
