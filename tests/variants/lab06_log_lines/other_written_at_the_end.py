"""The lines are collected in one list, by an append that is one step, and written when the log is closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._lines: list[str] = []

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        return Logger(name, self._lines)

    def close(self) -> None:
        """Bring all lines to the disk."""
        for line in self._lines:
            print(line, file=self._sink)
        self._sink.flush()


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self._name = name
        self._lines = lines

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        self._lines.append(f"{level} {self._name}: {message}")


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
