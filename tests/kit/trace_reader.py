"""Traces read back as a viewer would, and what they ought to show, found in the log by counting."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from trace_rules import broken_rules

from sync_tools.primitives import Record
from sync_tools.primitives.chrome_trace import trace_events
from sync_tools.primitives.record import ENDINGS


def checked(records: list[Record]) -> list[dict[str, Any]]:
    """The trace of a log, after a look at the rules."""
    events = trace_events(records)
    assert broken_rules(json.dumps({"traceEvents": events})) == []
    return events


class Shown(NamedTuple):
    """A slice or a point of a trace.

    Attributes:
        track: the thread or lock.
        name: its title.
        seq: the record that began it.
        end: the record that ended it, where that is told.
        outcome: how it ended, where that is told.
    """

    track: str
    name: str
    seq: int
    end: int | None
    outcome: str | None


class Arrow(NamedTuple):
    """An arrow from slice to slice."""

    name: str
    source: Shown
    target: Shown


def read_back(events: list[dict[str, Any]]) -> tuple[list[Shown], list[Arrow]]:
    """What a viewer would make of a trace (that keeps to the rules)."""
    titles = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    open_slices: dict[tuple[int, int], list[int]] = {}
    found: list[Shown] = []
    hanging: dict[int, dict[str, int]] = {}
    names: dict[int, str] = {}
    for event in events:
        key = (event["pid"], event["tid"])
        stack = open_slices.setdefault(key, [])
        if event["ph"] in "Bi":
            found.append(Shown(titles[key], event["name"], event["args"]["seq"], None, None))
        if event["ph"] == "B":
            stack.append(len(found) - 1)
        elif event["ph"] == "E":
            place, result = stack.pop(), event.get("args", {})
            found[place] = found[place]._replace(end=result.get("seq"), outcome=result.get("outcome"))
        elif event["ph"] in "sf":
            hanging.setdefault(event["id"], {})[event["ph"]] = stack[-1]
            names[event["id"]] = event["name"]
    return found, [Arrow(names[i], found[ends["s"]], found[ends["f"]]) for i, ends in hanging.items()]


def by_seq(arrows: list[Arrow], name: str) -> list[tuple[int, int]]:
    return sorted((arrow.source.seq, arrow.target.seq) for arrow in arrows if arrow.name == name)


def holds_of(records: list[Record]) -> tuple[set[tuple[str, str, int, int | None]], list[tuple[int, int]]]:
    """Track, title, first and last record of all outermost holds; and the pairs of holds that were handed over."""
    holds, handovers = set(), []
    for lock in {record.primitive_serial for record in records if record.kind != "Thread"}:
        # A release that was refused is followed by its refusal.
        mine = [r for r in records if r.primitive_serial == lock]
        refused = {r.seq - 1 for r in mine if r.op == "refused" and r.begun is None}
        changes = [r for r in mine if r.op in ("acquired", "released") and r.seq not in refused]
        before = None
        level = 0
        for change in changes:
            level += 1 if change.op == "acquired" else -1
            if change.op == "acquired" and level == 1:
                first = change
                if change.contended and before is not None:
                    handovers.append((before, change.seq))
            elif level == 0:
                holds.add((first.primitive, f"held by {first.thread}", first.seq, change.seq))
                before = first.seq
        if level:
            holds.add((first.primitive, f"held by {first.thread}", first.seq, None))
    return holds, sorted(handovers)


def waits_of(records: list[Record]) -> set[tuple[str, str, int, int | None, str | None]]:
    """Track, title, first and last record and outcome of all requests but those that got a free lock."""
    ends = {record.begun: record for record in records if record.op in ENDINGS}
    waits: set[tuple[str, str, int, int | None, str | None]] = set()
    for asked in records:
        end = ends.get(asked.seq)
        if asked.op == "request" and (end is None or end.op != "acquired" or end.contended):
            title = f"acquire {asked.primitive}"
            waits.add((asked.thread, title, asked.seq, end and end.seq, end and end.op))
    return waits
