"""The parts are put together in one list for all, and whoever has the last part writes the list.

kind: assertion
class: torn write
lines: 43
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._parts: list[str] = []

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        return Logger(name, self._sink, self._parts)

    def close(self) -> None:
        """Bring all lines to the disk."""
        self._sink.flush()


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, sink: Any, parts: list[str]) -> None:
        self._name = name
        self._sink = sink
        self._parts = parts

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        self._parts.append(f"{level} {self._name}: ")
        self._parts.append(f"{message}\n")
        self._sink.write("".join(self._parts))
        self._parts.clear()


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
