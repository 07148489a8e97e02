"""Each logger collects its lines and close() writes them, logger by logger: the order of the calls is lost.

kind: assertion
class: sequential error
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._loggers: list[Logger] = []

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        logger = Logger(name)
        self._loggers.append(logger)
        return logger

    def close(self) -> None:
        """Bring all lines to the disk."""
        for logger in self._loggers:
            self._sink.write("".join(logger.lines))
        self._sink.flush()


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.lines: list[str] = []

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        self.lines.append(f"{level} {self._name}: {message}\n")


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
