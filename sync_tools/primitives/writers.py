"""A log as loguru records, as JSON lines, and as a Chrome trace.

All three run after the fact, on records that exist already: none is ever called while an instrumented lock's own
operation is under way, so a sink that takes an instrumented lock itself cannot deadlock.
"""

from __future__ import annotations

import json
import os
from typing import Any

from sync_tools.primitives.lock_order import labels
from sync_tools.primitives.reader import fields
from sync_tools.primitives.record import BEGINNINGS, ENDINGS, EXCLUSIVE, Record

THREADS, LOCKS = 1, 2  # process numbers in the Chrome trace: one group of tracks each


def to_loguru(records: list[Record], logger: Any = None) -> None:
    """Log each record at level INFO, in order; every field of the record is a bound field ("extra")."""
    if logger is None:
        from loguru import logger  # imported here: `import sync_tools` stays quick

    for record in records:
        log_one(record, logger)


def log_one(record: Record, logger: Any) -> None:
    """Log one record."""
    logger.bind(**fields(record)).info(f"{record.primitive} {record.op}")


def to_jsonl(records: list[Record], path: str | os.PathLike[str]) -> None:
    """Write one JSON object a line, for :func:`sync_tools.primitives.saved.read_jsonl` and other programs."""
    with open(path, "w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(fields(record)) + "\n")


def to_chrome_trace(records: list[Record], path: str | os.PathLike[str]) -> None:
    """Write the JSON object format of Chrome's trace events (opens in Perfetto)."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"traceEvents": trace_events(records), "displayTimeUnit": "ns"}, file)


class _Tracks:
    """Events with times that never go back, and spans that are always closed."""

    def __init__(self, start: float) -> None:
        self.start = start
        self.now = 0.0  # microseconds since the first record
        self.events: list[dict[str, Any]] = []
        self.open: dict[tuple[int, int], str] = {}  # track -> name of its open span: at most one a track

    def at(self, time: float) -> None:
        # In a log of several explored schedules virtual time begins anew; a trace must go on.
        self.now = max(self.now, round((time - self.start) * 1e6, 3))

    def add(self, phase: str, track: tuple[int, int], name: str, **more: Any) -> None:
        event = {"ph": phase, "pid": track[0], "tid": track[1], "name": name, "cat": "sync", "ts": self.now, **more}
        self.events.append(event)

    def begin(self, track: tuple[int, int], name: str, **more: Any) -> None:
        self.end(track)
        self.open[track] = name
        self.add("B", track, name, **more)

    def end(self, track: tuple[int, int]) -> None:
        name = self.open.pop(track, None)
        if name is not None:
            self.add("E", track, name)

    def title(self, kind: str, track: tuple[int, int], name: str) -> None:
        self.add("M", track, kind, args={"name": name})


def trace_events(records: list[Record]) -> list[dict[str, Any]]:
    """Chrome trace events: a track a thread with its waits, a track a lock with who held it, arrows between holders.

    Begin and end events are balanced on each track, times never go back, and each arrow has both ends.
    """
    if not records:
        return []
    names = labels(records)
    tracks = _Tracks(records[0].time)
    tracks.title("process_name", (THREADS, 0), "threads")
    tracks.title("process_name", (LOCKS, 0), "locks")
    # Small numbers in order of appearance: the identities themselves may be too large for a viewer's integers.
    thread_numbers: dict[int, int] = {}
    let_go: dict[int, int] = {}  # lock -> index of the event that ended its last hold
    arrows: dict[int, list[dict[str, Any]]] = {}  # index of an event -> arrows that start just before it
    for record in records:
        tracks.at(record.time)
        serial = record.primitive_serial
        if record.thread_serial not in thread_numbers:
            thread_numbers[record.thread_serial] = len(thread_numbers) + 1
            tracks.title("thread_name", (THREADS, thread_numbers[record.thread_serial]), record.thread)
        thread = (THREADS, thread_numbers[record.thread_serial])
        lock = (LOCKS, serial)
        name = names[serial]
        about = {"args": {"seq": record.seq, "op": record.op, "site": f"{record.site.file}:{record.site.line}"}}
        if record.op in BEGINNINGS:
            tracks.begin(thread, f"{record.op} {name}", **about)
        elif record.op in ENDINGS:
            tracks.end(thread)
        elif record.kind not in EXCLUSIVE or record.op != "released":
            tracks.add("i", thread, f"{record.op} {name}", s="t", **about)
        if record.kind not in EXCLUSIVE:
            continue
        if record.op == "acquired" and (record.depth == 1 or lock not in tracks.open):
            tracks.title("thread_name", lock, name)
            tracks.begin(lock, f"held by {record.thread}", **about)
            if record.contended and serial in let_go:
                end = tracks.events[let_go[serial]]
                arrow = {"name": "handover", "cat": "handover", "id": record.seq}
                # It starts inside the hold that ends, not after it: a viewer ties it to the span around it.
                arrows.setdefault(let_go[serial], []).append({**end, **arrow, "ph": "s"})
                tracks.events.append({**tracks.events[-1], **arrow, "ph": "f", "bp": "e"})
        elif record.op == "released" and record.depth == 0 and lock in tracks.open:
            let_go[serial] = len(tracks.events)
            tracks.end(lock)
    for track in list(tracks.open):
        tracks.end(track)
    return [event for number, found in enumerate(tracks.events) for event in (*arrows.get(number, ()), found)]
