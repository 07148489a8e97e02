"""The checker of traces notices each rule that a trace breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from made_records import A, C, Recorder
from trace_rules import broken_rules

from sync_tools.primitives.chrome_trace import trace_events


def good() -> list[dict[str, Any]]:
    log = Recorder().start(0, 1)
    log.nest_open(1, A)
    log.add(0, "request", A)
    log.add(1, "released", A)
    log.add(0, "acquired", A)
    log.add(0, "set", C, "Event")
    events = trace_events(log.join(0, 1).records)
    assert broken_rules(json.dumps({"traceEvents": events})) == []
    return events


def find(events: list[dict[str, Any]], phase: str, name: str) -> dict[str, Any]:
    return next(event for event in events if event["ph"] == phase and event["name"].startswith(name))


def change(phase: str, title: str, /, **values: Any) -> Callable[[list[dict[str, Any]]], None]:
    return lambda events: find(events, phase, title).update(values)


def drop(phase: str, name: str) -> Callable[[list[dict[str, Any]]], None]:
    return lambda events: events.remove(find(events, phase, name))


def repeat(phase: str, name: str) -> Callable[[list[dict[str, Any]]], None]:
    return lambda events: events.insert(events.index(find(events, phase, name)), dict(find(events, phase, name)))


def move(phase: str, name: str, steps: int) -> Callable[[list[dict[str, Any]]], None]:
    def moved(events: list[dict[str, Any]]) -> None:
        event = find(events, phase, name)
        place = events.index(event)
        events.remove(event)
        events.insert(place + steps, event)
        event["ts"] = events[place + steps - 1]["ts"]

    return moved


BREAKS: dict[str, tuple[Callable[[list[dict[str, Any]]], None], str]] = {
    "a slice without an end": (drop("E", "held by"), "has no end"),
    "an end without a slice": (drop("B", "held by"), "where [] is open"),
    "an end of another name": (change("E", "held by", name="held"), "is open"),
    "a time that is no number": (change("B", "held by", ts="1"), "ts is"),
    "a time that is not a time": (change("B", "held by", ts=float("nan")), "NaN is not JSON"),
    "a time before the beginning": (change("B", "held by", ts=-1), "ts is -1"),
    "a time that goes back": (change("i", "set", ts=0), "time goes back"),
    "a thread number that is no number": (change("i", "set", tid="1"), "tid is"),
    "a thread number of True": (change("i", "set", tid=True), "tid is"),
    "a process number that is too large": (change("i", "set", pid=2**31), "pid is"),
    "an unknown phase": (change("i", "set", ph="Z"), "phase 'Z'"),
    "an event without a name": (change("i", "set", name=""), "name is ''"),
    "an event without a category": (change("i", "set", cat=None), "cat is None"),
    "a point without a scope": (change("i", "set", s="x"), "scope 'x'"),
    "arguments that are no object": (change("i", "set", args=[1]), "args is no object"),
    "an arrow without an end": (drop("f", "start"), "one end only"),
    "an arrow without a start": (drop("s", "start"), "one end only"),
    "an arrow with two ends": (repeat("f", "start"), "a second 'f'"),
    "an arrow without an id": (change("s", "start", id=None), "id of an arrow"),
    "an arrow that ends at the next slice": (change("f", "start", bp="x"), "bp"),
    "two arrows of one id": (lambda events: events.insert(-1, find(events, "s", "join") | {"id": 1}), "a second 's'"),
    "an arrow of two names": (change("f", "start", name="begin"), "name is 'start' here and 'begin' there"),
    "an arrow out of no slice": (move("s", "start", 1), "is in no slice"),
    "an arrow into no slice": (move("f", "start", -1), "is in no slice"),
    "an arrow that ends before it starts": (
        lambda events: events.append(events.pop(events.index(find(events, "s", "start"))) | {"ts": events[-1]["ts"]}),
        "it ends before it starts",
    ),
    "an arrow from the end of a slice to an earlier beginning": (
        lambda events: find(events, "E", "start").update(ts=find(events, "E", "started")["ts"]),
        "points back in time",
    ),
    "a track without a name": (drop("M", "thread_name"), "has no name"),
    "a group without a name": (drop("M", "process_name"), "group 1 has no name"),
    "a name that is given twice": (repeat("M", "thread_name"), "comes twice"),
    "a name that is empty": (change("M", "thread_name", args={"name": ""}), "is ''"),
    "metadata that nobody knows": (change("M", "thread_name", name="thread_title"), "metadata 'thread_title'"),
}


@pytest.mark.parametrize("how", BREAKS)
def test_a_trace_that_breaks_a_rule_is_noticed(how: str) -> None:
    events = good()
    spoil, complaint = BREAKS[how]
    spoil(events)
    assert any(complaint in problem for problem in broken_rules(json.dumps({"traceEvents": events})))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[]", "no object"),
        ("{", "not strict JSON"),
        ('{"traceEvents": [], "traceEvents": []}', "a key comes twice"),
        ('{"traceEvents": {}}', "no object with a list"),
        ('{"traceEvents": [], "displayTimeUnit": "s"}', "displayTimeUnit"),
        ('{"traceEvents": [1]}', "event 0: not an object"),
    ],
)
def test_a_file_that_is_no_trace_is_noticed(text: str, complaint: str) -> None:
    (problem,) = broken_rules(text)
    assert complaint in problem
