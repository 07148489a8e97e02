"""A pool of one thread does all the printing, in the order in which it was asked; shutdown() waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._writer = ThreadPoolExecutor(max_workers=1)

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        return Logger(name, self)

    def write(self, line: str) -> None:
        """Have `line` written, after all that came before."""
        self._writer.submit(print, line, file=self._sink)

    def close(self) -> None:
        """Bring all lines to the disk."""
        self._writer.shutdown(wait=True)
        self._sink.flush()


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, log_file: LogFile) -> None:
        self._name = name
        self._log_file = log_file

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        self._log_file.write(f"{level} {self._name}: {message}")


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
