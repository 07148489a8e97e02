"""Each thread collects its lines and close() writes them, thread by thread: the order of the calls is lost.

kind: assertion
class: sequential error
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._buffers: list[list[str]] = []
        self._mine = threading.local()

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        return Logger(name, self)

    def add(self, line: str) -> None:
        """Collect `line` with the others of this thread."""
        if not hasattr(self._mine, "lines"):
            self._mine.lines = []
            self._buffers.append(self._mine.lines)
        self._mine.lines.append(line)

    def close(self) -> None:
        """Bring all lines to the disk."""
        for lines in self._buffers:
            self._sink.write("".join(lines))
        self._sink.flush()


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, log_file: LogFile) -> None:
        self._name = name
        self._log_file = log_file

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        self._log_file.add(f"{level} {self._name}: {message}\n")


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
