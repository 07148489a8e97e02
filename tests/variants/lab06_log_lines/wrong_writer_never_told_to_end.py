"""close() waits for a writer thread that nobody has told to end.

kind: deadlock
class: forgotten signal
lines: 31
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        return Logger(name, self._lines)

    def close(self) -> None:
        """Bring all lines to the disk."""
        self._writer.join()
        self._sink.flush()

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            print(line, file=self._sink)


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, lines: queue.SimpleQueue[str | None]) -> None:
        self._name = name
        self._lines = lines

    def log(self, level: str, message: str) -> None:
        """Log one line."""
        self._lines.put(f"{level} {self._name}: {message}")


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")
