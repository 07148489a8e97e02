"""From entries to records: follows who waits and who holds, and so finds out how long and whether for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any

from sync_tools.primitives.record import (
    BEGINNINGS,
    ENDED,
    ENDINGS,
    EXCLUSIVE,
    HAPPENINGS,
    JOINED,
    RELEASED,
    Entry,
    Full,
    Happening,
    Label,
    Record,
)
from sync_tools.primitives.tag import Mark, name_of, site_of
from sync_tools.words.failure import NO_SITE, Site

Moment = tuple[float, "int | None"]  # time and seq of an acquisition; no seq where the ring has dropped it
UNKNOWN: Label = (0, 0, "?")


class _Hold:
    """A lock that is held: by whom, and since when at each level of re-entry."""

    __slots__ = ("levels", "thread")

    def __init__(self, thread: int) -> None:
        self.thread = thread
        self.levels: list[Moment] = []  # the acquisitions that are still open


class Reader:
    """Follows who waits and who holds, entry by entry.

    Args:
        opened: when the recording began, on the clock of the entries.
    """

    def __init__(self, opened: float) -> None:
        self.opened = opened
        self.begun: dict[tuple[int, int], tuple[float, int, bool | None]] = {}
        self.holds: dict[int, _Hold] = {}
        self.put_down: dict[tuple[int, int], _Hold] = {}
        self.names: dict[int, tuple[Mark, str]] = {}
        # By id: equal code objects may stand in different files. The entries keep them alive, so no id is reused.
        self.sites: dict[tuple[int, int], Site] = {}
        self._kept: list[CodeType] = []

    def site(self, code: CodeType, offset: int) -> Site:
        """The place of an entry, looked up once."""
        key = (id(code), offset)
        if key not in self.sites:
            self.sites[key] = site_of(code, offset)
            self._kept.append(code)
        return self.sites[key]

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in the names of what is spoken of: a primitive may be used before it is bound to its name."""
        for entry in entries:
            mark = entry[0][1] if len(entry) == 2 else entry[1]
            known = self.names.get(mark[0])
            if known is None or (known[0] is not mark and known[0][3] is None):
                self.names[mark[0]] = (mark, name_of(mark))

    def read(self, entry: Entry, seq: int) -> Iterator[Record]:
        """The records that an entry stands for, the first of which gets the number `seq`."""
        if len(entry) == 2:
            yield self._left(*entry, seq)
            return
        happening = HAPPENINGS[entry[0]]
        for number, op in enumerate(happening.ops, seq):
            yield self._record(entry, happening, op, number)

    def _left(self, taken: Full, time: float, seq: int) -> Record:
        """A ``with`` block was left that was entered by `taken`."""
        _, mark, label, code, offset, _ = taken
        stale = not self._held_since(taken)
        return self._record((RELEASED, mark, UNKNOWN if stale else label, code, offset, time), _RELEASED, RELEASED, seq)

    def _held_since(self, taken: Full) -> bool:
        """Take in an acquisition that the ring may have dropped; False for one that is of no use.

        That is one of an earlier recording, which ended before the lock was given back: since then anybody may have
        acquired it unseen.
        """
        _, mark, label, _, _, since = taken
        if since < self.opened:
            return False
        if mark[0] not in self.holds:
            hold = self.holds[mark[0]] = _Hold(label[0])
            hold.levels.append((since, None))
        return True

    def _record(self, entry: Any, happening: Happening, op: str, seq: int) -> Record:
        _, mark, label, code, offset, time, *more = entry
        serial, kind = mark[0], mark[1]
        thread = label[0]
        key = (thread, serial)
        waited: float | None = None
        held: float | None = None
        begun: int | None = None
        contended = False
        if more:
            if op == JOINED:
                waited = more[0]
            else:
                self._held_since(more[0])
        if op in BEGINNINGS:
            busy = happening.contended
            if busy is None and op == "request":
                holder = self.holds.get(serial)
                busy = None if holder is None else holder.thread != thread
            self.begun[key] = (time, seq, busy)
        elif op in ENDINGS and not happening.whole:
            start, begun, busy = self.begun.pop(key, (None, None, None))
            if start is not None:
                waited = time - start
                contended = waited > 0 if busy is None else busy
        if kind in EXCLUSIVE:
            if op == "acquired":
                self._acquired(mark, key, happening.whole, (time, seq))
            elif op == "released":
                held, begun = self._released(mark, key, happening.whole, time)
        hold = self.holds.get(serial)
        depth = len(hold.levels) if hold is not None and hold.thread == thread else 0
        site = NO_SITE if op == ENDED else self.site(code, offset)
        return Record(
            seq, label[2], label[1], op, self.names[serial][1], kind, site, time, waited, held,
            contended, happening.patient, depth, begun, thread, serial,
        )  # fmt: skip

    def _acquired(self, mark: Mark, key: tuple[int, int], whole: bool, now: Moment) -> None:
        thread, serial = key
        hold = self.holds.get(serial)
        if hold is None or hold.thread != thread or mark[1] == "Lock":
            # A new holder. (Whoever held it before and left no release was not recorded to the end.)
            hold = self.holds[serial] = _Hold(thread)
        levels = 1
        if whole:
            before = self.put_down.pop(key, None)
            levels = 1 if before is None else len(before.levels)
        hold.levels.extend([now] * levels)

    def _released(self, mark: Mark, key: tuple[int, int], whole: bool, time: float) -> tuple[float | None, int | None]:
        thread, serial = key
        hold = self.holds.get(serial)
        if hold is None or (hold.thread != thread and mark[1] != "Lock"):
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


_RELEASED = HAPPENINGS[RELEASED]


def read(entries: list[Entry], first: int, opened: float) -> Iterator[Record]:
    """Make records of entries.

    Args:
        entries: in the order in which they were appended.
        first: `seq` of the first record.
        opened: when the recording began.
    """
    reader = Reader(opened)
    reader.learn(entries)
    seq = first
    for entry in entries:
        yield from reader.read(entry, seq)
        seq += records_of(entry)


def records_of(entry: Entry) -> int:
    """How many records an entry stands for."""
    return 1 if len(entry) == 2 else len(HAPPENINGS[entry[0]].ops)


def fields(record: Record) -> dict[str, Any]:
    """The record as plain values, for JSON and for loguru's bound fields.

    They are its fields, with ``site`` as "file:line", and ``function`` and ``source`` of the site beside it: all that
    :func:`sync_tools.primitives.saved.read_jsonl` needs to make the same record again.
    """
    values = record._asdict()
    site = record.site
    values["site"] = f"{site.file}:{site.line}"
    values["function"] = site.function
    values["source"] = site.source
    return values
