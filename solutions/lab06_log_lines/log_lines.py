"""The log of a parcel service: every driver's phone has a logger of its own, and all of them write to one file.

Run it with ``python -m solutions.lab06_log_lines``: three drivers deliver their parcels, then the log is read.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable
from typing import Protocol


class Sink(Protocol):
    """What a log is written to, for example a file that was opened for appending.

    Any number of threads may call :meth:`write` at the same time, and the text of one call stays together. Between
    two calls the text of another thread may come.
    """

    def write(self, text: str, /) -> object:
        """Add `text` at the end."""

    def flush(self) -> object:
        """Bring to the disk what was written before."""


class LogFile:
    """A log of lines. A sink belongs to one log file.

    :meth:`logger` and :meth:`Logger.log` may be called from any number of threads at the same time. :meth:`close` is
    called once, when no other call is under way, and after it there is no other.

    * Each call of :meth:`Logger.log` becomes one line, ``LEVEL name: message``. Each line is whole: nothing of another
      line stands in it, and it ends with a line break.
    * When :meth:`close` has returned, every line is in the sink exactly once, and flushed. It may be there earlier.
    * Lines stand in the order of the calls: if one call of ``log`` had returned before another began, its line comes
      first, whichever loggers and threads they were.
    """

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        # One lock for the file, made with it, and every logger finds it here. A lock in each logger would keep apart
        # only the threads that share this logger, and they all write to the same file.
        self.writing = threading.Lock()

    def logger(self, name: str) -> Logger:
        """Return a new logger that writes to this log file. Two loggers may have the same name."""
        return Logger(name, self)

    def close(self) -> None:
        """Bring all lines to the disk."""
        self.sink.flush()


class Logger:
    """One part of the program writes its lines through this. :meth:`LogFile.logger` makes it."""

    def __init__(self, name: str, log_file: LogFile) -> None:
        self._name = name
        self._log_file = log_file

    def log(self, level: str, message: str) -> None:
        """Log one line. There is no line break in `message`."""
        # One print() is two calls of write(): the text, then the line break. The lock keeps them together.
        #
        # Also right: one string with the line break in it and one call of write(), which the sink keeps together by
        # itself; a queue of lines and one thread that writes them, which close() joins.
        with self._log_file.writing:
            print(f"{level} {self._name}: {message}", file=self._log_file.sink)


def deliver(log_file: LogFile, driver: str, parcels: Iterable[str]) -> None:
    """Log each of `parcels` as delivered by `driver`."""
    logger = log_file.logger(driver)
    for parcel in parcels:
        logger.log("INFO", f"delivered {parcel}")


def main(drivers: int = 3, parcels: int = 2000) -> None:
    """Let `drivers` drivers deliver `parcels` parcels each, then count the lines that the invoices are made from."""
    sink = io.StringIO()
    log_file = LogFile(sink)
    rounds = [[f"parcel {driver}-{number}" for number in range(parcels)] for driver in range(drivers)]
    threads = [
        threading.Thread(target=deliver, args=(log_file, f"driver {driver}", names))
        for driver, names in enumerate(rounds)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log_file.close()
    expected = {f"INFO driver {driver}: delivered {name}" for driver, names in enumerate(rounds) for name in names}
    whole = sum(line in expected for line in sink.getvalue().splitlines())
    print(f"parcels delivered: {len(expected)}")
    print(f"lines for the invoices: {whole}")
