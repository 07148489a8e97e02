"""Potential deadlocks of a log by their definition: every pair of records compared, every row of edges tried."""

from __future__ import annotations

from typing import NamedTuple

from made_records import Recorder

from sync_tools.primitives import Record
from sync_tools.primitives.lock_order import cycles, edges

ENDS = ("acquired", "refused", "timed out", "interrupted")


class SlowEdge(NamedTuple):
    at: int  # position of the record that ends the attempt, or else begins it
    thread: int
    held: str
    taken: str
    all_held: frozenset[str]


def happens_before(records: list[Record]) -> list[set[int]]:
    """For each position the positions of all records that come before it by thread, start or join."""
    before: list[set[int]] = []
    for here, record in enumerate(records):
        direct = {
            there
            for there, earlier in enumerate(records[:here])
            if earlier.thread_serial == record.thread_serial
            or (earlier.op == "start" and earlier.primitive_serial == record.thread_serial)
            or (record.op == "joined" and earlier.thread_serial == record.primitive_serial)
        }
        before.append(direct.union(*(before[there] for there in direct)))
    return before


def held_by(thread: int, records: list[Record]) -> dict[int, str]:
    """The plain locks that a thread holds at the end of `records`."""
    locks: dict[int, tuple[int, str]] = {}
    for record in records:
        if record.kind == "Lock" and record.op == "acquired":
            locks[record.primitive_serial] = (record.thread_serial, record.primitive)
        elif record.kind == "Lock" and record.op == "released":
            locks.pop(record.primitive_serial, None)
    return {lock: name for lock, (holder, name) in locks.items() if holder == thread}


def slow_edges(records: list[Record]) -> list[SlowEdge]:
    result = []
    for here, record in enumerate(records):
        thread, lock = record.thread_serial, record.primitive_serial
        if record.kind != "Lock":
            continue
        until = here
        if record.op == "request":
            later = [
                r
                for r in records[here + 1 :]
                if r.op in ENDS and (r.thread_serial, r.primitive_serial) == (thread, lock)
            ]
            if later and later[0].op != "interrupted":
                continue
            until = records.index(later[0]) if later else len(records)
        elif record.op != "acquired":
            continue
        held = held_by(thread, records[:until])
        for other, name in held.items():
            if other != lock:
                at = until if until < len(records) else here
                result.append(SlowEdge(at, thread, name, record.primitive, frozenset(held.values())))
    return result


def slow_cycles(records: list[Record]) -> set[frozenset[str]]:
    """The sets of locks of all potential deadlocks of a log in which locks have different names."""
    before = happens_before(records)
    edges = slow_edges(records)
    found: set[frozenset[str]] = set()

    def apart(one: SlowEdge, other: SlowEdge) -> bool:
        return (
            one.thread == other.thread
            or bool(one.all_held & other.all_held)
            or one.at in before[other.at]
            or other.at in before[one.at]
        )

    def extend(row: list[SlowEdge]) -> None:
        if row[-1].taken == row[0].held:
            found.add(frozenset(edge.held for edge in row))
        for edge in edges:
            if edge.held == row[-1].taken and not any(apart(edge, other) for other in row):
                extend([*row, edge])

    for edge in edges:
        extend([edge])
    return found


def reported(log: Recorder) -> set[frozenset[str]]:
    """The sets of locks that the detector under test reports, in the same form."""
    sets = [frozenset(cycle.locks) for cycle in cycles(edges(log.records))]
    assert len(set(sets)) == len(sets), "each set of locks once"
    assert [len(locks) for locks in sets] == sorted(len(locks) for locks in sets), "the shortest first"
    return set(sets)
