"""Logs written down by hand: records as a recording would have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sync_tools.primitives import Record
from sync_tools.words.failure import Site

LOCKS = 1_000_000  # serials of primitives begin here, those of threads at 0
A, B, C, D = range(LOCKS, LOCKS + 4)  # "lock0" to "lock3"


@dataclass
class Recorder:
    """Makes records as a recording would. Times are the positions in the log."""

    records: list[Record] = field(default_factory=list)
    begun: dict[tuple[int, int], int] = field(default_factory=dict)
    holds: dict[int, tuple[int, list[int]]] = field(default_factory=dict)  # primitive -> holder, `seq` of each level

    def add(
        self, thread: int, op: str, primitive: int, kind: str = "Lock", line: int = 0, *, patient: bool = True,
        whole: bool = False, name: str | None = None,
    ) -> Record:  # fmt: skip
        """One operation of a thread on a primitive; both are serials."""
        seq = len(self.records) + 1
        key = (thread, primitive)
        waited: float | None = None
        held: float | None = None
        begun: int | None = None
        holder, levels = self.holds.get(primitive, (thread, []))
        if op in ("request", "wait"):
            self.begun[key] = seq
        elif op == "acquired":
            begun = None if whole else self.begun.pop(key, None)
            if holder != thread or kind == "Lock":
                levels = []
            levels = [*levels, seq]
            self.holds[primitive] = (thread, levels)
        elif op == "released" and levels and (kind == "Lock" or holder == thread):
            begun = levels[0 if whole else -1]
            held = seq - begun
            levels = [] if whole else levels[:-1]
            self.holds[primitive] = (thread, levels)
        elif op in ("notified", "timed out", "refused", "interrupted", "passed", "broken"):
            begun = self.begun.pop(key, None)
        if begun is not None and op != "released":
            waited = seq - begun
        depth = len(levels) if self.holds.get(primitive, (thread, []))[0] == thread else 0
        record = Record(
            seq, f"T{thread}", 1000 + thread, op, name or default_name(primitive), kind,
            Site("program.py", line, f"T{thread}", ""), float(seq), waited, held,
            bool(waited and waited > 1), patient, depth, begun, thread, primitive,
        )  # fmt: skip
        self.records.append(record)
        return record

    def nest_open(self, thread: int, lock: int, kind: str = "Lock", line: int = 1) -> Record:
        """Take a lock and keep it."""
        self.add(thread, "request", lock, kind, line)
        return self.add(thread, "acquired", lock, kind, line)

    def nest(self, thread: int, *locks: int, place: int = 1, **more: Any) -> Recorder:
        for lock in locks:
            self.add(thread, "request", lock, line=place)
            self.add(thread, "acquired", lock, line=place, **more)
        for lock in reversed(locks):
            self.add(thread, "released", lock, line=place)
        return self

    def start(self, thread: int, child: int) -> Recorder:
        self.add(thread, "start", child, "Thread")
        return self

    def join(self, thread: int, child: int) -> Recorder:
        self.add(child, "ended", child, "Thread")
        self.add(thread, "joined", child, "Thread")
        return self


def default_name(primitive: int) -> str:
    return f"lock{primitive - LOCKS}" if primitive >= LOCKS else f"T{primitive}"
