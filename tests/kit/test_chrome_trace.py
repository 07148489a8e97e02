"""A trace of a log keeps to the format's rules, whatever is in the log, and shows what the log says."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lock_programs import Machine, draw, record_run
from made_records import A, B, C, Recorder
from signal_runs import condition_run, event_run, lock_run
from trace_reader import by_seq, checked, holds_of, read_back, waits_of
from trace_rules import broken_rules

from sync_tools import explore, run_together
from sync_tools.primitives import Barrier, BoundedSemaphore, Condition, Event, Lock, Record, RLock, Semaphore, recording
from sync_tools.primitives.chrome_trace import trace_events

# ---- the rules -------------------------------------------------------------------------------------------------------

OPERATIONS = (
    *("lock", "nested", "again", "try", "wait", "wait_for", "notify", "notify_all", "too_much"),
    *("set", "clear", "await", "permit", "give", "meet", "break"),
)


class Playground:
    """One primitive of each kind, and what a thread can do with them without ever being stuck."""

    def __init__(self) -> None:
        self.one, self.other, self.again = Lock(name="one"), Lock(name="other"), RLock(name="again")
        self.changed, self.over = Condition(name="changed"), Condition(self.one, name="over")
        self.ready, self.permits, self.barrier = Event(name="ready"), Semaphore(1, name="permits"), Barrier(2, name="b")

    def do(self, operation: str) -> None:
        brief = 0.0003
        if operation == "lock":
            with self.one:
                pass
        elif operation == "nested":
            with self.one, self.other, self.again:
                pass
        elif operation == "again":
            with self.again, self.again:
                pass
        elif operation == "try":
            if self.one.acquire(timeout=brief):
                self.one.release()
        elif operation == "wait":
            with self.changed, self.changed:
                self.changed.wait(brief)
        elif operation == "wait_for":
            with self.over:
                self.over.wait_for(lambda: False, brief)
        elif operation in ("notify", "notify_all"):
            for condition in (self.changed, self.over):
                with condition:
                    getattr(condition, operation)()
        elif operation == "too_much":
            for call in (self.changed.notify, self.again.release):
                with pytest.raises(RuntimeError):
                    call()
        elif operation in ("set", "clear"):
            getattr(self.ready, operation)()
        elif operation == "await":
            self.ready.wait(brief)
        elif operation == "permit":
            self.permits.acquire(timeout=brief)
        elif operation == "give":
            self.permits.release()
        elif operation == "break":
            self.barrier.abort()
            self.barrier.reset()
        else:
            try:
                self.barrier.wait(brief)
            except threading.BrokenBarrierError:
                self.barrier.reset()


def play(program: list[list[str]], capacity: int) -> list[Record]:
    """The log of threads of the operating system, as far as it is kept."""
    playground = Playground()

    def work(operations: list[str]) -> Callable[[], None]:
        return lambda: [playground.do(operation) for operation in operations] and None

    with recording(capacity) as log:
        threads = [threading.Thread(target=work(operations), daemon=True) for operations in program]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        playground.one.acquire()  # never given back
    return log.records


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(
    st.lists(st.lists(st.sampled_from(OPERATIONS), max_size=6), min_size=1, max_size=4),
    st.sampled_from([1, 2, 3, 5, 8, 13, 21, 100_000]),
)
def test_the_trace_of_whatever_threads_did_keeps_to_the_rules(program: list[list[str]], capacity: int) -> None:
    checked(play(program, capacity))


def drawn_logs(seed: int) -> list[list[Record]]:
    """Logs of all the imagined machines."""
    rng = random.Random(seed)
    machine = Machine(draw(rng, tame=False))
    return [
        condition_run(rng, simple=bool(seed % 2)).log.records,
        event_run(rng).log.records,
        lock_run(rng).log.records,
        record_run(machine, machine.run(rng.choice)[0]),
    ]


def test_the_traces_of_drawn_logs_keep_to_the_rules_wherever_the_log_begins() -> None:
    shown = Counter[str]()
    for seed in range(150):
        for records in drawn_logs(seed):
            for cut in (0, len(records) // 3, len(records) - 2):
                try:
                    events = checked(records[max(0, cut) :])
                except AssertionError as error:
                    raise AssertionError(f"seed {seed}, from record {cut + 1} on") from error
                shown.update(event["name"] for event in events if event["ph"] == "f")
    assert set(shown) == {"handover", "notify", "set", "start", "join"} and min(shown.values()) > 50, shown


def test_every_record_has_a_time_of_its_own_even_where_the_clock_stands_still() -> None:
    def scenario() -> None:
        lock = Lock(name="lock")

        def work() -> None:
            with lock:
                pass

        run_together(work, work)

    with recording() as log:
        explore(scenario)  # in virtual time: nobody sleeps, so none goes by
    assert {record.time for record in log.records} == {0.0}
    events = checked(log.records)
    holds = [event["ts"] for event in events if event["ph"] in "BE" and event["pid"] == 2]
    assert len(set(holds)) == len(holds) > 10


# ---- what it shows ---------------------------------------------------------------------------------------------------


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
    shown, _ = read_back(checked(log.records))
    assert [(s.track, s.name) for s in shown] == [
        ("lock", "held by MainThread"),
        ("MainThread", "acquire permits"),
        ("MainThread", "wait ready"),
        ("MainThread", "release permits"),
    ]


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


def test_a_trace_of_names_that_are_empty_or_strange_keeps_to_the_rules() -> None:
    log = Recorder().start(0, 1).nest(1, A)
    odd = [record._replace(thread="", primitive='"\ud800\n') for record in log.records]
    checked(odd)


def test_the_file_is_strict_json_for_a_viewer(tmp_path: Path) -> None:
    lock = Lock(name="lock")
    with recording() as log, lock:
        pass
    log.to_chrome_trace(tmp_path / "trace.json")
    text = (tmp_path / "trace.json").read_text(encoding="utf-8")
    assert broken_rules(text) == []
    assert json.loads(text) == {"traceEvents": trace_events(log.records), "displayTimeUnit": "ns"}
