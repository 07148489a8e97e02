"""Findings of drawn runs are those that an imagined machine, or a count in the log, knows of, and no others."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from made_records import A, C, D
from signal_runs import condition_run, event_run, lock_run, rises_and_falls

from sync_tools.primitives import Record
from sync_tools.primitives.findings import Finding, held_at_end, unheard_notifies, unseen_sets
from sync_tools.words.failure import Site

pytestmark = pytest.mark.once

RUNS = 600


def test_locks_left_behind_in_drawn_runs_are_told_and_no_others() -> None:
    seen = Counter[str]()
    for seed in range(RUNS):
        truth = lock_run(random.Random(seed))
        records = truth.log.records
        expected = {}
        for lock, (thread, seq) in truth.held.items():
            if thread in truth.ended:
                end = next(r.seq for r in records if r.op == "ended" and r.thread_serial == thread)
                expected[(lock_name(lock), f"T{thread}", seq)] = vain(records, lock, end)
        # The site's line is the position in the log.
        found = {(f.lock, f.thread, f.site.line): in_short(f) for f in held_at_end(records)}
        assert found == expected, f"seed {seed}"
        seen["left"] += len(found)
        seen["in vain"] += sum(map(bool, found.values()))
    assert min(seen["left"], seen["in vain"]) > 100, seen


def in_short(finding: Finding) -> set[tuple[str, int, str]]:
    return {(wait.thread, wait.site.line, wait.outcome) for wait in finding.waiting}


def lock_name(lock: int) -> str:
    return f"lock{lock - A}"


def vain(records: list[Record], lock: int, after: int) -> set[tuple[str, int, str]]:
    """Requests for a lock that got nothing, and were under way at some time after a position."""
    result = set()
    for asked in records:
        if asked.op == "request" and asked.primitive_serial == lock:
            endings = [
                r for r in records[asked.seq :]
                if (r.thread_serial, r.primitive_serial) == (asked.thread_serial, lock) and r.op != "released"
            ]  # fmt: skip
            if not endings:
                result.add((asked.thread, asked.site.line, "still waits"))
            elif endings[0].op != "acquired" and endings[0].seq > after:
                result.add((asked.thread, asked.site.line, endings[0].op))
    return result


@pytest.mark.parametrize("simple", [True, False], ids=["one at a time", "several, with time-outs"])
def test_unheard_notifications_of_drawn_runs_are_told_and_no_others(simple: bool) -> None:
    seen = Counter[str]()
    for seed in range(RUNS):
        truth = condition_run(random.Random(seed), simple)
        records = truth.log.records
        found = unheard_notifies(records)
        told = {f.site.line for f in found}  # a site is a position in the log
        assert all(f.count == 1 for f in found)
        if simple:
            assert told == truth.to_nobody, f"seed {seed}"
        assert told <= truth.to_nobody, f"seed {seed}"
        nobody_in_sight = {r.seq for r in records if r.seq in truth.to_nobody and not waiting_at(records, r.seq)}
        assert told >= nobody_in_sight, f"seed {seed}"
        for f in found:
            expected = lost_waits(records, f.site.line)
            assert in_short(f) == expected, f"seed {seed}"
            seen["lost" if expected else "fact"] += 1
        ranks = [not f.waiting for f in found]
        assert ranks == sorted(ranks), "lost wake-ups first"
        seen["behind a waiter"] += len(told - nobody_in_sight)
    assert min(seen[what] for what in ("lost", "fact", "behind a waiter")) > 50, seen


def ending_of(records: list[Record], wait: Record) -> Record | None:
    who = (wait.thread_serial, wait.primitive_serial)
    return next((r for r in records[wait.seq :] if (r.thread_serial, r.primitive_serial) == who), None)


def waiting_at(records: list[Record], seq: int) -> set[int]:
    waits = [r for r in records[:seq] if r.op == "wait"]
    ends = {wait.seq: ending_of(records, wait) for wait in waits}
    return {wait.thread_serial for wait in waits if ends[wait.seq] is None or ends[wait.seq].seq > seq}  # type: ignore[union-attr]


def lost_waits(records: list[Record], seq: int) -> set[tuple[str, int, str]]:
    later = [(r, ending_of(records, r)) for r in records[seq:] if r.op == "wait"]
    woken = {r.thread_serial for r, end in later if end is not None and end.op == "notified"}
    return {
        (r.thread, r.site.line, "still waits" if end is None else end.op)
        for r, end in later
        if r.thread_serial not in woken
    }  # fmt: skip


def test_sets_without_effect_in_drawn_runs_are_told_and_no_others() -> None:
    seen = Counter[str]()
    for seed in range(RUNS):
        records = event_run(random.Random(seed)).log.records
        expected: dict[tuple[str, Site, Site], tuple[int, set[tuple[str, int, str]]]] = {}
        for event in (C, D):
            for rise, fall in rises_and_falls(records, event):
                concerned = unseen_by(records, rise, fall)
                if concerned:
                    key = (lock_name(event), rise.site, fall.site)
                    count, before = expected.get(key, (0, set()))
                    expected[key] = (count + 1, before | concerned)
        found = unseen_sets(records)
        told = {(f.event, f.set_site, f.clear_site): (f.count, in_short(f)) for f in found}
        assert told == expected, f"seed {seed}"
        for f in found:
            seen.update(wait.outcome for wait in f.waiting)
            seen["several"] += f.count > 1
    assert min(seen[what] for what in ("still waits", "timed out", "woke after the clear", "several")) > 15, seen


def unseen_by(records: list[Record], rise: Record, fall: Record) -> set[tuple[str, int, str]]:
    event = rise.primitive_serial
    mine = [r for r in records if r.primitive_serial == event]
    if any(r.op == "notified" and rise.seq < r.seq < fall.seq for r in mine):
        return set()
    next_rise = next((r.seq for r in mine if r.op == "set" and r.seq > fall.seq), len(records) + 1)
    result = set()
    for wait in [r for r in mine if r.op == "wait" and r.seq < next_rise]:
        end = next((r for r in mine if r.seq > wait.seq and r.thread_serial == wait.thread_serial), None)
        if end is not None and end.seq < rise.seq:
            continue
        outcome = "still waits" if end is None else end.op
        if outcome != "notified":
            result.add((wait.thread, wait.site.line, outcome))
        elif wait.seq < fall.seq:
            result.add((wait.thread, wait.site.line, "woke after the clear"))
    return result
