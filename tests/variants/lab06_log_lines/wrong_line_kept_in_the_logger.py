"""One write, but the line waits in an attribute: of two threads with one logger one overwrites it.

kind: assertion
class: torn read
lines: 39, 40
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        return Logger(name, self._sink)

    def close(self) -> None:
        """Bring all lines to the disk."""
        self._sink.flush()


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, sink: Any) -> None:
        self._name = name
        self._sink = sink
        self._line = ""

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        self._line = f"{level} {self._name}: {message}\n"
        self._sink.write(self._line)


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
