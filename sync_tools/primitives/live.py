"""The record as it grows, through loguru: a thread of its own writes what the others have noted.

No operation of a primitive ever calls it, so a sink may take its time, fail, or take an instrumented lock itself. What
the writing thread does is left out: a sink that takes a lock would otherwise never come to an end.
"""

from __future__ import annotations

import os
import traceback
import weakref
from _thread import start_new_thread
from typing import Any

from sync_tools.primitives.reader import Reader, records_of
from sync_tools.primitives.record import Entry, Ring, me
from sync_tools.primitives.writers import log_one
from sync_tools.seams import real

INTERVAL = 0.05  # seconds between two looks at the ring
PATIENCE = 5.0  # seconds that close() waits for a sink: it may be waiting for a lock that the closing thread holds


class LiveWriter:
    """Writes the records of a ring in their order, until it is closed.

    What the ring drops between two looks is lost here, too; how many those are is then told in a warning.

    Args:
        ring: what is written.
        logger: a loguru logger; None means the usual one.
    """

    def __init__(self, ring: Ring, logger: Any = None) -> None:
        if logger is None:
            from loguru import logger
        self._ring = ring
        self._logger = logger
        self._reader = Reader(ring.opened)
        self._written = 0  # records written, or known to be lost
        self._last: Entry | None = None  # the last entry that was written. Invariant: kept, so that `is` finds it
        self._mine = 0  # serial of the writing thread
        self._start()
        _writers.add(self)

    def _start(self) -> None:
        self._closing = real.Lock()  # held until it is to close
        self._closing.acquire()
        self._closed = real.Lock()  # held until it has closed
        self._closed.acquire()
        start_new_thread(self._run, ())  # not a threading.Thread, which would be counted, joined and recorded

    def close(self) -> bool:
        """Write what there is, and end.

        Returns:
            False when a sink kept it from that for too long; it will end when the sink comes back.
        """
        _writers.discard(self)
        self._closing.release()
        return self._closed.acquire(timeout=PATIENCE)

    def _run(self) -> None:
        self._mine = me.label[0]
        try:
            while not self._closing.acquire(timeout=INTERVAL):
                self._write()
            self._write()
        except Exception:  # a sink that was added with catch=False
            traceback.print_exc()
        finally:
            self._closed.release()

    def _write(self) -> None:
        total = self._ring.total()
        entries = self._ring.snapshot()
        new = self._new(entries)
        if len(new) == len(entries) and self._last is not None:
            lost = total - sum(map(records_of, entries)) - self._written
            if lost > 0:
                self._written += lost
                self._logger.warning(f"{lost} records were dropped: more than the capacity of {self._ring.capacity}")
        self._reader.learn(new)
        for entry in new:
            for record in self._reader.read(entry, self._written + 1):
                self._written += 1
                if record.thread_serial != self._mine:
                    log_one(record, self._logger)
            self._last = entry

    def _new(self, entries: list[Entry]) -> list[Entry]:
        for place in range(len(entries) - 1, -1, -1):
            if entries[place] is self._last:
                return entries[place + 1 :]
        return entries

    def _begin_again(self) -> None:
        """In a forked child, where the thread is not: write what is noted from now on."""
        entries = self._ring.snapshot()
        self._last = entries[-1] if entries else None
        self._start()


_writers: weakref.WeakSet[LiveWriter] = weakref.WeakSet()


def _after_fork() -> None:
    for writer in list(_writers):
        writer._begin_again()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
