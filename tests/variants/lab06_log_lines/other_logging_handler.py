"""The standard library's handler: it holds a lock of its own while it formats and writes a record."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._handler = logging.StreamHandler(sink)
        self._handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        return Logger(name, self._handler)

    def close(self) -> None:
        """Nothing is left to do: the handler has flushed after each line."""


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, handler: logging.Handler) -> None:
        self._name = name
        self._handler = handler

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        number = logging.getLevelName(level)
        self._handler.handle(logging.LogRecord(self._name, number, __file__, 0, message, None, None))


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
