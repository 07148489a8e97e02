"""A wrapper that locks each write of the sink. One print() is two writes, and between them the lock is free.

kind: assertion
class: torn write
lines: 50
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
        return Logger(name, _LockedSink(self._sink, self._lock))

    def close(self) -> None:
        """Bring all lines to the disk."""
        self._sink.flush()


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, sink: Any) -> None:
        self._name = name
        self._sink = sink

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        print(f"{level} {self._name}: {message}", file=self._sink)


class _LockedSink:
    def __init__(self, sink: Any, lock: threading.Lock) -> None:
        self._sink = sink
        self._lock = lock

    def write(self, text: str) -> None:
        with self._lock:
            self._sink.write(text)


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
