"""Recordings: switch the record on for a while, and ask the log afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sync_tools.primitives import watch
from sync_tools.primitives.lives import watch_threads
from sync_tools.primitives.reader import read, records_of
from sync_tools.primitives.record import Record, Ring
from sync_tools.words.errors import UserError

if TYPE_CHECKING:
    from sync_tools.primitives.contention import Contention
    from sync_tools.primitives.findings import HeldAtEnd, UnheardNotifies, UnseenSets
    from sync_tools.primitives.lock_order import Cycle, Edge

DEFAULT_CAPACITY = 100_000  # records; at most 200 bytes each


class AcquisitionLog:
    """What the instrumented primitives did while a recording was open. It may be asked while it still is.

    For each lock the order of "acquired" and "released" is exact: both are noted while the lock is held. Between
    different primitives it is the order in which the operations were noted.
    """

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._cache: tuple[int, list[Record]] = (0, [])

    @property
    def capacity(self) -> int:
        """How many records are kept at most: the latest."""
        return self._ring.capacity

    @property
    def records(self) -> list[Record]:
        """All records that are kept, in order."""
        return self._read()

    @property
    def dropped(self) -> int:
        """How many earlier records had to make room."""
        records = self._read()
        return records[0].seq - 1 if records else 0

    def _read(self) -> list[Record]:
        ring = self._ring
        total = ring.total()
        if total != self._cache[0]:
            entries = ring.snapshot()
            kept = sum(records_of(entry) for entry in entries)
            # A ring that is not full has dropped nothing, whatever was counted since the snapshot.
            missing = max(0, ring.total() - kept) if len(entries) >= ring.capacity else 0
            self._cache = (total, list(read(entries, missing + 1, ring.opened))[-ring.capacity :])
        return list(self._cache[1])

    def acquisitions(self, name: str | None = None, *, thread: str | None = None) -> list[Record]:
        """The acquisitions in order.

        Args:
            name: only those of primitives with this name.
            thread: only those by threads with this name.
        """
        return [
            record
            for record in self._read()
            if record.op == "acquired" and name in (None, record.primitive) and thread in (None, record.thread)
        ]

    def contention(self) -> dict[str, Contention]:
        """For each primitive: how often it was acquired, how often that had to wait, how long, and how long held."""
        from sync_tools.primitives.contention import contention

        return contention(self._read())

    def lock_order(self) -> dict[str, dict[str, tuple[Edge, ...]]]:
        """The lock-order graph: ``[a][b]`` has the sites at which somebody took `b` while holding `a`."""
        from sync_tools.primitives.lock_order import edges, graph

        return graph(edges(self._read()))

    def cycles(self) -> list[Cycle]:
        """Potential deadlocks: locks that were taken in opposite orders by threads that nothing kept apart.

        They are found even when the run was lucky. Cycles within one thread, under a common gate lock, of acquisitions
        that a start or a join of threads puts in order, or of such as give up by themselves are not reported.
        """
        from sync_tools.primitives.lock_order import cycles, edges

        return cycles(edges(self._read()))

    def held_at_end(self) -> list[HeldAtEnd]:
        """Locks that a thread still held when it ended, with the place where it had taken them."""
        from sync_tools.primitives.findings import held_at_end

        return held_at_end(self._read())

    def unheard_notifies(self) -> list[UnheardNotifies]:
        """Notifications of conditions on which nobody waited, and who waited later and was not woken."""
        from sync_tools.primitives.findings import unheard_notifies

        return unheard_notifies(self._read())

    def unseen_sets(self) -> list[UnseenSets]:
        """Events that were set, and cleared before any thread that waited woke."""
        from sync_tools.primitives.findings import unseen_sets

        return unseen_sets(self._read())

    def emit(self, logger: Any = None) -> None:
        """Send the records, in order, to loguru: one message each, the fields bound ("extra"), level INFO.

        Args:
            logger: a loguru logger; None means the usual one.
        """
        from sync_tools.primitives.writers import to_loguru

        to_loguru(self._read(), logger)

    def to_jsonl(self, path: str | os.PathLike[str]) -> None:
        """Write one JSON object a record and line to `path`."""
        from sync_tools.primitives.writers import to_jsonl

        to_jsonl(self._read(), path)

    def to_chrome_trace(self, path: str | os.PathLike[str]) -> None:
        """Write a trace to `path` that opens in Perfetto or ``chrome://tracing``."""
        from sync_tools.primitives.writers import to_chrome_trace

        to_chrome_trace(self._read(), path)

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return f"<AcquisitionLog: {len(self)} records, {self.dropped} dropped>"


def new_ring(capacity: int, caller: str) -> Ring:
    """A ring of `capacity` records, for the function called `caller`."""
    if not isinstance(capacity, int) or capacity < 1:
        raise UserError(f"{caller}(capacity={capacity!r}): it must be a whole number of records, 1 or more")
    return Ring(capacity)


def open_ring(ring: Ring) -> None:
    """Let everything be recorded in `ring`, until :func:`close_ring`."""
    watch_threads()
    watch.open_log(ring.sink)


def close_ring(ring: Ring) -> None:
    """Let nothing more be recorded in `ring`."""
    watch.close_log(ring.sink)
    ring.close()


@contextmanager
def recording(capacity: int = DEFAULT_CAPACITY) -> Iterator[AcquisitionLog]:
    """Record what instrumented primitives do, in all threads, while the ``with`` block runs.

    Recordings nest: an outer one also gets what happens in an inner one.

    Args:
        capacity: how many records are kept; older ones are dropped and counted (``log.dropped``).

    Raises:
        UserError: `capacity` is not a positive whole number.
    """
    ring = new_ring(capacity, "recording")
    log = AcquisitionLog(ring)
    open_ring(ring)
    try:
        yield log
    finally:
        close_ring(ring)
