"""From entries to records: follows who waits and who holds, and so finds out how long and whether for somebody."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any

from sync_tools.primitives.record import BEGINNINGS, ENDINGS, EXCLUSIVE, Entry, Record
from sync_tools.primitives.tag import Tag, site_of
from sync_tools.words.failure import Site


class _Hold:
    """A lock that is held: by whom, and since when at each level of re-entry."""

    __slots__ = ("levels", "thread")

    def __init__(self, thread: int) -> None:
        self.thread = thread
        self.levels: list[tuple[float, int]] = []  # time and seq of each acquisition that is still open


class _Reader:
    """Follows who waits and who holds, entry by entry."""

    def __init__(self) -> None:
        self.begun: dict[tuple[int, int], tuple[float, int, bool | None]] = {}
        self.holds: dict[int, _Hold] = {}
        self.put_down: dict[tuple[int, int], _Hold] = {}
        # By id: equal code objects may stand in different files. The entries keep them alive, so no id is reused.
        self.sites: dict[tuple[int, int], Site] = {}

    def site(self, code: CodeType, offset: int) -> Site:
        key = (id(code), offset)
        if key not in self.sites:
            self.sites[key] = site_of(code, offset)
        return self.sites[key]

    def record(self, seq: int, entry: Entry, op: str) -> Record:
        label, happening, tag, code, offset, time = entry
        thread = label[0]
        key = (thread, tag.serial)
        waited: float | None = None
        held: float | None = None
        begun: int | None = None
        contended = False
        if op in BEGINNINGS:
            busy = happening.contended
            if busy is None and op == "request":
                holder = self.holds.get(tag.serial)
                busy = None if holder is None else holder.thread != thread
            self.begun[key] = (time, seq, busy)
        elif op in ENDINGS and not happening.whole:
            start, begun, busy = self.begun.pop(key, (None, None, None))
            if start is not None:
                waited = time - start
                contended = waited > 0 if busy is None else busy
        if tag.kind in EXCLUSIVE:
            if op == "acquired":
                self._acquired(tag, key, happening.whole, time, seq)
            elif op == "released":
                held, begun = self._released(tag, key, happening.whole, time)
        hold = self.holds.get(tag.serial)
        depth = len(hold.levels) if hold is not None and hold.thread == thread else 0
        site = self.site(code, offset)
        return Record(
            seq, label[2], label[1], op, tag.name(), tag.kind, site, time, waited, held,
            contended, happening.patient, depth, begun, thread, tag.serial,
        )  # fmt: skip

    def _acquired(self, tag: Tag, key: tuple[int, int], whole: bool, time: float, seq: int) -> None:
        thread, serial = key
        hold = self.holds.get(serial)
        if hold is None or hold.thread != thread or tag.kind == "Lock":
            # A new holder. (Whoever held it before and left no release was not recorded to the end.)
            hold = self.holds[serial] = _Hold(thread)
        levels = 1
        if whole:
            before = self.put_down.pop(key, None)
            levels = 1 if before is None else len(before.levels)
        hold.levels.extend([(time, seq)] * levels)

    def _released(self, tag: Tag, key: tuple[int, int], whole: bool, time: float) -> tuple[float | None, int | None]:
        thread, serial = key
        hold = self.holds.get(serial)
        if hold is None or (hold.thread != thread and tag.kind != "Lock"):
            return None, None
        start, begun = hold.levels[0 if whole else -1]
        if whole:
            self.put_down[key] = hold
            del self.holds[serial]
        else:
            hold.levels.pop()
            if not hold.levels:
                del self.holds[serial]
        return time - start, begun


def read(entries: Iterable[Entry], first: int) -> Iterator[Record]:
    """Make records of entries.

    Args:
        entries: in the order in which they were appended.
        first: `seq` of the first record.
    """
    reader = _Reader()
    seq = itertools.count(first)
    for entry in entries:
        for op in entry[1].ops:
            yield reader.record(next(seq), entry, op)


def fields(record: Record) -> dict[str, Any]:
    """The record as plain values, for JSON and for loguru's bound fields."""
    values = record._asdict()
    site = record.site
    values["site"] = f"{site.file}:{site.line}"
    values["function"] = site.function
    return values
