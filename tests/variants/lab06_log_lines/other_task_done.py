"""A queue.Queue whose join() tells close() that the last line has been written; the writer never ends by itself."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable
from typing import Any


class LogFile:
    """A log of lines."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._write, daemon=True).start()

    def _write(self) -> None:
        while True:
            line = self._lines.get()
            print(line, file=self._sink)
            self._lines.task_done()

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file."""
        return Logger(name, self._lines)

    def close(self) -> None:
        """Bring all lines to the disk."""
        self._lines.join()
        self._sink.flush()


class Logger:
    """One part of the program writes its lines through this."""

    def __init__(self, name: str, lines: queue.Queue[str]) -> None:
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
