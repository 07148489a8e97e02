"""A queue, and each caller writes what it finds there: two of them write at the same time.

kind: assertion
class: torn write
lines: 44
"""

from __future__ import annotations

import queue
from collections.abc import Iterable
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        return Logger(name, self._sink, self._lines)

    def close(self) -> None:
        """Bring all lines to the disk."""
        self._sink.flush()


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, sink: Any, lines: queue.SimpleQueue[str]) -> None:
        self._name = name
        self._sink = sink
        self._lines = lines

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        self._lines.put(f"{level} {self._name}: {message}")
        try:
            while True:
                print(self._lines.get_nowait(), file=self._sink)
        except queue.Empty:
            pass


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
