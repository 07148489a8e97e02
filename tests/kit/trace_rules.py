"""The rules of the Trace Event Format, for the events that a trace of a log has, checked one by one.

They are what the format's document says, and what its importers (Catapult's and Perfetto's) make of what it leaves
open: flows are told apart by their id alone, a slice's end may or may not belong to it, and events of one time may be
taken in the order of the file. Shares no code with what writes traces.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

Event = dict[str, Any]
Key = tuple[int, int]  # process and thread number
PHASES = {"B", "E", "i", "s", "f", "M"}


@dataclass
class SliceSeen:
    """A slice: from a "B" to its "E"."""

    name: str
    begin: float
    end: float = float("inf")


@dataclass
class FlowEnd:
    """One end of an arrow, and the slice that was open on its track when it came."""

    event: Event
    position: int
    bound: SliceSeen | None


def parse(text: str) -> Any:
    """Strict JSON: no NaN or infinity, no key twice."""

    def no_constant(name: str) -> NoReturn:
        raise ValueError(f"{name} is not JSON")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError(f"a key comes twice: {pairs}")
        return dict(pairs)

    return json.loads(text, parse_constant=no_constant, object_pairs_hook=once)


def broken_rules(text: str) -> list[str]:
    """What is wrong with a trace file; empty when nothing is."""
    try:
        trace = parse(text)
    except ValueError as error:
        return [f"not strict JSON: {error}"]
    if not isinstance(trace, dict) or not isinstance(trace.get("traceEvents"), list):
        return ["no object with a list of traceEvents"]
    if trace.get("displayTimeUnit", "ms") not in ("ms", "ns"):
        return ["displayTimeUnit is neither ms nor ns"]
    events = trace["traceEvents"]
    wrong = [f"event {number}: {problem}" for number, event in enumerate(events) for problem in _fields(event)]
    return wrong or [*_names(events), *_times(events), *_slices_and_flows(events)]


def _fields(event: Any) -> Iterator[str]:
    if not isinstance(event, dict):
        yield "not an object"
        return
    phase = event.get("ph")
    if phase not in PHASES:
        yield f"phase {phase!r}"
    for key in ("pid", "tid"):
        value = event.get(key)
        if type(value) is not int or not 0 < value < 2**31:
            yield f"{key} is {value!r}"
    if not isinstance(event.get("name"), str) or not event["name"]:
        yield f"name is {event.get('name')!r}"
    if phase != "M":
        ts = event.get("ts")
        if type(ts) not in (int, float) or ts < 0:
            yield f"ts is {ts!r}"
        if not isinstance(event.get("cat"), str) or not event["cat"]:
            yield f"cat is {event.get('cat')!r}"
    if not isinstance(event.get("args", {}), dict):
        yield "args is no object"
    if phase == "i" and event.get("s") not in ("t", "p", "g"):
        yield f"scope {event.get('s')!r} of a point"
    if phase in ("s", "f") and type(event.get("id")) not in (int, str):
        yield f"id of an arrow is {event.get('id')!r}"
    if phase == "f" and event.get("bp") != "e":
        yield 'without "bp": "e" an arrow ends at the next slice, not at the one around it'


def _names(events: list[Event]) -> Iterator[str]:
    """Each track and each group is named, once."""
    named: list[tuple[str, Any]] = []
    for event in events:
        if event["ph"] == "M":
            key = event["pid"] if event["name"] == "process_name" else (event["pid"], event["tid"])
            if event["name"] not in ("process_name", "thread_name"):
                yield f"metadata {event['name']!r}"
            title = event.get("args", {}).get("name")
            if not isinstance(title, str) or not title:
                yield f"{event['name']} of {key} is {title!r}"
            if (event["name"], key) in named:
                yield f"{event['name']} of {key} comes twice"
            named.append((event["name"], key))
    tracks = {(event["pid"], event["tid"]) for event in events if event["ph"] != "M"}
    for track in sorted(tracks):
        if ("thread_name", track) not in named:
            yield f"track {track} has no name"
    for group in sorted({group for group, _ in tracks}):
        if ("process_name", group) not in named:
            yield f"group {group} has no name"


def _times(events: list[Event]) -> Iterator[str]:
    before = 0.0
    for number, event in enumerate(events):
        if event["ph"] != "M":
            if event["ts"] < before:
                yield f"event {number}: time goes back from {before} to {event['ts']}"
            before = event["ts"]


def _slices_and_flows(events: list[Event]) -> Iterator[str]:
    stacks: dict[Key, list[SliceSeen]] = {}
    starts: dict[Any, FlowEnd] = {}
    ends: dict[Any, FlowEnd] = {}
    for number, event in enumerate(events):
        stack = stacks.setdefault((event["pid"], event["tid"]), [])
        if event["ph"] == "B":
            stack.append(SliceSeen(event["name"], event["ts"]))
        elif event["ph"] == "E":
            if not stack or stack[-1].name != event["name"]:
                yield f"event {number}: the end of {event['name']!r} where {stack[-1:]} is open"
            else:
                stack.pop().end = event["ts"]
        elif event["ph"] in ("s", "f"):
            known = starts if event["ph"] == "s" else ends
            if event["id"] in known:
                yield f"event {number}: a second {event['ph']!r} of arrow {event['id']}"
            known[event["id"]] = FlowEnd(event, number, stack[-1] if stack else None)
    for track, stack in stacks.items():
        for left in stack:
            yield f"{left.name!r} on track {track} has no end"
    for number in starts.keys() ^ ends.keys():
        yield f"arrow {number} has one end only"
    for number in starts.keys() & ends.keys():
        yield from (f"arrow {number}: {problem}" for problem in _arrow(starts[number], ends[number]))


def _arrow(start: FlowEnd, end: FlowEnd) -> Iterator[str]:
    for key in ("name", "cat"):
        if start.event[key] != end.event[key]:
            yield f"{key} is {start.event[key]!r} here and {end.event[key]!r} there"
    if start.position > end.position or start.event["ts"] > end.event["ts"]:
        yield "it ends before it starts"
    for where in (start, end):
        # Half open, so that it holds for those to whom a slice's end is outside of it as well.
        if where.bound is None or not where.bound.begin <= where.event["ts"] < where.bound.end:
            yield f"its {where.event['ph']!r} is in no slice"
    if start.bound is not None and end.bound is not None and start.bound.end > end.bound.begin:
        yield "drawn from the end of a slice to the beginning of one, it points back in time"
