"""What a viewer shows of a trace: each wait, hold and start of the log, and who let whom go on."""

from __future__ import annotations

import random
import threading
from collections import Counter

import pytest
from lock_programs import Machine, draw, record_run
from made_records import A, B, C, Recorder
from signal_runs import condition_run, event_run, lock_run
from trace_reader import by_seq, checked, holds_of, read_back, waits_of

from sync_tools.primitives import BoundedSemaphore, Condition, Event, Lock, Semaphore, recording


def test_holds_waits_and_handovers_of_drawn_logs_are_all_shown() -> None:
    counts = Counter[str]()
    for seed in range(200):
        records = lock_run(random.Random(seed)).log.records
        shown, arrows = read_back(checked(records))
        holds = {(s.track, s.name, s.seq, s.end) for s in shown if s.name.startswith("held by ")}
        waits = {(s.track, s.name, s.seq, s.end, s.outcome) for s in shown if s.name.startswith("acquire ")}
        expected_holds, handovers = holds_of(records)
        assert holds == expected_holds, f"seed {seed}"
        assert by_seq(arrows, "handover") == handovers, f"seed {seed}"
        assert waits == waits_of(records), f"seed {seed}"
        counts.update(holds=len(holds), handovers=len(handovers), waits=len(waits))
    assert min(counts.values()) > 100, counts


def test_arrows_from_notifications_go_to_those_whom_they_woke() -> None:
    arrows_in_all = 0
    for seed in range(400):
        truth = condition_run(random.Random(seed), simple=True)
        _, arrows = read_back(checked(truth.log.records))
        assert by_seq(arrows, "notify") == sorted((by, woken) for woken, by in truth.woken_by.items()), f"seed {seed}"
        arrows_in_all += len(truth.woken_by)
    assert arrows_in_all > 200


def test_where_several_may_have_been_woken_an_arrow_comes_from_a_notification_during_the_wait() -> None:
    for seed in range(100):
        truth = condition_run(random.Random(seed), simple=False)
        records = truth.log.records
        _, arrows = read_back(checked(records))
        assert {arrow.target.seq for arrow in arrows if arrow.name == "notify"} == set(truth.woken_by), f"seed {seed}"
        for arrow in arrows:
            if arrow.name == "notify":
                began = records[arrow.target.seq - 1].begun
                assert began is not None and began < arrow.source.seq < arrow.target.seq


def test_arrows_from_an_event_come_from_the_set_that_ended_the_wait() -> None:
    arrows_in_all = 0
    for seed in range(200):
        records = event_run(random.Random(seed)).log.records
        _, arrows = read_back(checked(records))
        expected = []
        for woken in records:
            if woken.op == "notified" and woken.begun is not None:
                during = records[woken.begun : woken.seq]
                sets = [r.seq for r in during if r.op == "set" and r.primitive_serial == woken.primitive_serial]
                expected += [(sets[0], woken.seq)] if sets else []
        assert by_seq(arrows, "set") == sorted(expected), f"seed {seed}"
        arrows_in_all += len(expected)
    assert arrows_in_all > 200


def test_starts_and_joins_of_threads_are_arrows_from_track_to_track() -> None:
    joins = 0
    for seed in range(100):
        machine = Machine(draw(random.Random(seed), tame=False))
        records = record_run(machine, machine.run(random.Random(seed).choice)[0])
        shown, arrows = read_back(checked(records))
        starts = [r for r in records if r.op == "start"]
        ends = {r.thread_serial: r.seq for r in records if r.op == "ended"}
        joined = [r for r in records if r.op == "joined"]
        assert by_seq(arrows, "start") == [(r.seq, r.seq) for r in starts]
        assert by_seq(arrows, "join") == sorted((ends[r.primitive_serial], r.seq) for r in joined), f"seed {seed}"
        tracks = {(a.source.track, a.target.track) for a in arrows if a.name == "start"}
        assert tracks == {(r.thread, r.primitive) for r in starts}
        assert {s.track for s in shown if s.name == "ended"} == {f"T{thread}" for thread in ends}
        joins += len(joined)
    assert joins > 100


def test_a_join_is_shown_as_long_as_it_took() -> None:
    log = Recorder().start(0, 1)
    for _ in range(5):
        log.nest(1, A)
    log.join(0, 1)
    records = [*log.records[:-1], log.records[-1]._replace(waited=12.0)]
    events = checked(records)
    begin, end = (next(e["ts"] for e in events if e["name"] == "join T1" and e["ph"] == phase) for phase in "BE")
    assert end - begin == 12e6  # microseconds
    shown, _ = read_back(events)
    assert [s.name for s in shown if s.track == "T0"] == ["start T1", "join T1", "joined T1"]
    checked([*log.records[:-1], log.records[-1]._replace(waited=1e6)])  # longer than the log: it has lost something


def test_a_semaphore_s_release_has_an_arrow_to_whom_it_let_go_on_and_no_other() -> None:
    log = Recorder()
    log.nest_open(1, C, "Semaphore")  # free: nobody let it go on
    log.add(2, "request", C, "Semaphore")
    log.add(3, "request", C, "Semaphore")
    first = log.add(1, "released", C, "Semaphore").seq
    second = log.add(1, "released", C, "Semaphore").seq
    two = log.add(2, "acquired", C, "Semaphore").seq
    three = log.add(3, "acquired", C, "Semaphore").seq
    log.add(4, "request", C, "Semaphore")
    log.add(1, "request", C, "Semaphore")
    log.add(4, "timed out", C, "Semaphore")
    shown, arrows = read_back(checked(log.records))
    assert by_seq(arrows, "release") == [(first, two), (second, three)]
    assert [s.name for s in shown if s.track == "T1"] == [
        *("acquire lock2", "release lock2", "release lock2", "acquire lock2")
    ]
    assert [(s.name, s.outcome) for s in shown if s.track == "T4"] == [("acquire lock2", "timed out")]


def test_calls_that_were_an_error_are_not_shown() -> None:
    permits = BoundedSemaphore(1, name="permits")
    with recording() as log, permits:
        pass
    with recording() as log, pytest.raises(ValueError, match="released too many times"):
        permits.release()
    assert [record.op for record in log.records] == ["released", "refused"]
    assert checked(log.records) == []


def test_a_condition_over_a_lock_is_shown_on_its_threads_and_its_lock_on_a_track_of_its_own() -> None:
    lock = Lock(name="lock")
    changed = Condition(lock, name="changed")
    asleep = threading.Event()

    def waiter() -> None:
        with changed:
            asleep.set()
            changed.wait()

    with recording() as log:
        thread = threading.Thread(target=waiter, name="waiter", daemon=True)
        thread.start()
        asleep.wait()
        with lock:
            changed.notify()
        thread.join()
    shown, arrows = read_back(checked(log.records))
    names = [s.name for s in shown if s.track == "waiter"]
    assert [name for name in names if "changed" in name] == ["wait changed", "notified changed"]
    assert [s.name for s in shown if s.track == "lock"] == ["held by waiter", "held by MainThread", "held by waiter"]
    (arrow,) = [arrow for arrow in arrows if arrow.name == "notify"]
    assert (arrow.source.track, arrow.source.name) == ("MainThread", "notify changed")
    assert (arrow.target.track, arrow.target.name) == ("waiter", "notified changed")


def test_free_locks_and_set_events_are_no_waits() -> None:
    lock, ready, permits = Lock(name="lock"), Event(name="ready"), Semaphore(name="permits")
    ready.set()
    with recording() as log, lock, permits:
        ready.wait()
    events = checked(log.records)
    assert [event["ph"] for event in events if event["ph"] != "M"] == [*"BiiiE"], "what takes no time is a point"
    shown, _ = read_back(events)
    assert [(s.track, s.name) for s in shown] == [
        ("lock", "held by MainThread"),
        ("MainThread", "acquire permits"),
        ("MainThread", "wait ready"),
        ("MainThread", "release permits"),
    ]


def test_a_wait_that_nobody_ended_is_as_long_as_it_took() -> None:
    ready = Event(name="ready")
    with recording() as log:
        ready.wait(0.001)
    (wait,) = read_back(checked(log.records))[0]
    assert (wait.name, wait.outcome) == ("wait ready", "timed out")


def test_what_happens_within_a_wait_does_not_end_it() -> None:
    log = Recorder()
    log.add(1, "wait", C, "Barrier")
    log.nest(1, A)  # in the barrier's action
    log.add(1, "request", B)  # of which the log does not show an end
    log.add(1, "passed", C, "Barrier")
    shown, _ = read_back(checked(log.records))
    assert [(s.name, s.end, s.outcome) for s in shown if s.track == "T1"] == [
        ("wait lock2", len(log.records), "passed"),
        ("acquire lock1", None, None),
    ]


def test_who_waits_for_a_condition_s_lock_is_not_woken_by_its_notification() -> None:
    log = Recorder()
    log.nest_open(1, C, "Condition")
    log.add(3, "request", C, "Condition")
    log.add(1, "wait", C, "Condition")
    log.add(1, "released", C, "Condition", whole=True)
    log.nest_open(2, C, "Condition")
    first = log.add(2, "notify", C, "Condition").seq
    log.add(2, "notify", C, "Condition")
    log.add(2, "released", C, "Condition")
    woken = log.add(1, "notified", C, "Condition").seq
    _, arrows = read_back(checked(log.records))
    assert by_seq(arrows, "notify") == [(first, woken)]


def test_the_next_explored_schedule_begins_anew_on_the_same_tracks() -> None:
    log = Recorder().start(0, 1).start(0, 2)
    log.nest_open(1, A)
    log.add(1, "wait", C, "Event")
    log.add(2, "ended", 2, "Thread")  # and the schedule is broken off
    log.start(0, 1).start(0, 2)
    for thread in (1, 2):
        log.nest_open(thread, A)
    log.add(0, "joined", 2, "Thread")  # its second end was not recorded
    events = checked(log.records)
    shown, arrows = read_back(events)
    lock = next(event["tid"] for event in events if event["name"].startswith("held by"))
    assert "".join(e["ph"] for e in events if e["tid"] == lock and e["ph"] in "BE") == "BEBEBE", (
        "one hold after the other"
    )
    assert by_seq(arrows, "join") == []
    of_one = [event["ph"] + event["name"] for event in events if event["tid"] == 2 and event["ph"] in "BE"]
    assert of_one[2:5] == ["Bwait lock2", "Ewait lock2", "Bstarted by T0"]
    assert [s.name for s in shown if s.track == "T2"] == ["started by T0", "ended", "started by T0"]


def test_what_is_still_open_when_the_log_ends_ends_there() -> None:
    log = Recorder()
    log.nest_open(1, A)
    log.add(2, "request", A)
    log.add(3, "wait", B, "Condition")
    log.add(3, "released", C, whole=True)
    shown, _ = read_back(checked(log.records))
    assert {(s.track, s.name, s.end) for s in shown} == {
        ("lock0", "held by T1", None),
        ("T2", "acquire lock0", None),
        ("T3", "wait lock1", None),
    }


def test_threads_of_one_name_have_tracks_that_can_be_told_apart() -> None:
    log = Recorder()
    for child in (1, 2):
        log.add(0, "start", child, "Thread", name="worker")
    shown, _ = read_back(checked(log.records))
    assert [(s.track, s.name) for s in shown] == [
        *(("T0", "start worker#1"), ("worker#1", "started by T0")),
        *(("T0", "start worker#2"), ("worker#2", "started by T0")),
    ]
    log = Recorder()
    for thread in (1, 2):
        log.add(thread, "ended", thread, "Thread", name="worker")
    assert [s.track for s in read_back(checked(log.records))[0]] == ["worker#1", "worker#2"]
