"""Locks left behind, notifications nobody heard, events cleared before anybody saw them: told, and no others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_records import A, B, C, D, Recorder

from sync_tools.primitives import Condition, Event, Lock, RLock, recording
from sync_tools.primitives.attempts import Waiting
from sync_tools.primitives.findings import (
    HeldAtEnd,
    UnheardNotifies,
    UnseenSets,
    findings,
    held_at_end,
    unheard_notifies,
    unseen_sets,
)

RUNS = 600


def line(text: str) -> int:
    with open(__file__, encoding="utf-8") as file:
        return next(number for number, found in enumerate(file, 1) if found.strip() == text)


def at(text: str) -> str:
    return f"{Path(__file__).name}:{line(text)}"


def in_thread(work: Callable[[], Any], name: str) -> None:
    """Run `work` in a thread of its own to its end."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    thread.join()


# ---- locks left behind -----------------------------------------------------------------------------------------------


def test_a_lock_that_a_thread_leaves_behind_is_told_with_whom_it_keeps_waiting() -> None:
    lock = Lock(name="accounts")

    def careless() -> None:
        lock.acquire()  # and never releases it

    def later() -> None:
        lock.acquire(timeout=0.001)

    with recording() as log:
        in_thread(careless, "careless")
        in_thread(later, "later")
    (found,) = held_at_end(log.records)
    assert str(found).splitlines() == [
        f"lock left behind: careless took accounts at {at('lock.acquire()  # and never releases it')} and ended",
        f"  in vain: later at {at('lock.acquire(timeout=0.001)')}: timed out",
    ]


def test_a_lock_that_somebody_else_releases_is_a_latch_and_not_left_behind() -> None:
    latch = Lock(name="latch")
    with recording() as log:
        in_thread(latch.acquire, "T1")
        in_thread(latch.release, "T2")
    assert held_at_end(log.records) == []
    until_its_end = next(number for number, record in enumerate(log.records, 1) if record.op == "ended")
    assert len(held_at_end(log.records[:until_its_end])) == 1, "until then it is"


def test_a_re_entrant_lock_released_once_too_rarely_is_left_behind_from_its_outermost_place() -> None:
    lock = RLock(name="lock")

    def careless() -> None:
        lock.acquire()  # outermost
        with lock:
            pass

    with recording() as log:
        in_thread(careless, "careless")
        assert not lock.acquire(blocking=False)
    (found,) = held_at_end(log.records)
    assert (found.lock, found.site.line) == ("lock", line("lock.acquire()  # outermost"))
    assert [wait.outcome for wait in found.waiting] == ["refused"]


def test_the_lock_of_a_condition_is_left_behind_too() -> None:
    changed = Condition(name="changed")
    with recording() as log:
        in_thread(changed.acquire, "T")
    assert [found.lock for found in held_at_end(log.records)] == ["changed"]


def test_what_the_main_thread_holds_at_the_end_of_the_log_is_not_left_behind() -> None:
    lock = Lock(name="lock")
    with recording() as log, lock:
        in_thread(lambda: None, "T")
        records = log.records
    assert held_at_end(records) == []


def test_a_release_that_is_about_to_be_refused_releases_nothing() -> None:
    log = Recorder()
    log.nest_open(1, A, "RLock")
    log.add(1, "ended", 1, "Thread")
    log.add(2, "released", A, "RLock")
    assert len(held_at_end(log.records)) == 1


def test_locks_left_behind_that_somebody_asks_for_come_first() -> None:
    log = Recorder()
    log.nest_open(1, A)
    log.nest_open(1, B)
    log.add(1, "ended", 1, "Thread")
    log.add(3, "request", B, line=3)
    log.add(2, "request", B, line=2)
    log.add(2, "timed out", B, line=2)
    log.add(2, "request", B, line=2)
    log.add(2, "timed out", B, line=2)
    first, second = held_at_end(log.records)
    assert (first.lock, second.lock) == ("lock1", "lock0")
    assert [str(wait) for wait in first.waiting] == [
        "T3 at program.py:3: still waits",
        "T2 at program.py:2: timed out",  # twice, and told once
    ]


# ---- notifications that nobody heard ---------------------------------------------------------------------------------


def test_a_notification_that_comes_before_the_wait_is_a_potential_lost_wake_up() -> None:
    changed = Condition(name="changed")

    def notifier() -> None:
        with changed:
            changed.notify()  # too early

    def waiter() -> None:
        with changed:
            changed.wait(0.001)  # too late

    with recording() as log:
        in_thread(notifier, "notifier")
        in_thread(waiter, "waiter")
    (found,) = unheard_notifies(log.records)
    assert str(found).splitlines() == [
        f"potential lost wake-up: notifier notified changed at {at('changed.notify()  # too early')} once "
        "while no thread waited",
        f"  waited later, not woken: waiter at {at('changed.wait(0.001)  # too late')}: timed out",
    ]


def test_a_producer_that_is_faster_notifies_nobody_and_that_is_only_a_fact() -> None:
    changed, items = Condition(name="changed"), 0

    def produce() -> None:
        nonlocal items
        with changed:
            items += 1
            changed.notify_all()

    def consume() -> None:
        with changed:
            changed.wait_for(lambda: items)

    with recording() as log:
        in_thread(produce, "producer")
        in_thread(produce, "producer")
        in_thread(consume, "consumer")
    (found,) = unheard_notifies(log.records)
    assert (found.count, found.threads, found.waiting) == (2, ("producer",), ())
    assert str(found) == (
        f"notified nobody: producer notified changed at {at('changed.notify_all()')} 2 times while no thread waited"
    )


def test_one_waiting_thread_hears_one_notification_also_before_it_has_the_lock_again() -> None:
    changed = Condition(name="changed")
    asleep = threading.Event()

    def waiter() -> None:
        with changed:
            asleep.set()
            changed.wait()

    with recording() as log:
        thread = threading.Thread(target=waiter, daemon=True)
        thread.start()
        asleep.wait()
        with changed:
            changed.notify()  # heard
            changed.notify()  # by nobody
        thread.join()
    (found,) = unheard_notifies(log.records)
    assert (found.site.line, found.count) == (line("changed.notify()  # by nobody"), 1)


def test_a_notification_that_was_an_error_is_none() -> None:
    changed = Condition(name="changed")
    with recording() as log, pytest.raises(RuntimeError):
        changed.notify()
    assert unheard_notifies(log.records) == []


def test_who_waited_before_the_log_begins_may_have_heard() -> None:
    log = Recorder()
    log.add(1, "wait", C, "Condition")
    log.add(1, "released", A, whole=True)
    log.add(2, "notify", C, "Condition", 7)
    log.add(2, "notify", C, "Condition", 8)
    log.add(1, "notified", C, "Condition")
    assert [found.site.line for found in unheard_notifies(log.records[2:])] == [8]
    log = Recorder()
    log.add(2, "notify", C, "Condition", 7)
    log.add(1, "acquired", C, "Condition")  # who takes its lock has not waited
    assert [found.site.line for found in unheard_notifies(log.records)] == [7]


def test_a_thread_that_was_woken_some_other_time_did_not_wait_in_vain() -> None:
    log = Recorder()
    log.add(2, "notify", C, "Condition", 7)
    log.add(1, "wait", C, "Condition", 1)
    log.add(2, "notify", C, "Condition", 8)
    log.add(1, "notified", C, "Condition", 1)
    log.add(1, "wait", C, "Condition", 1)  # idle at the end
    (found,) = unheard_notifies(log.records)
    assert (found.site.line, found.waiting) == (7, ())


# ---- events that nobody saw ------------------------------------------------------------------------------------------


def test_an_event_cleared_before_the_wait_is_told_with_both_places_and_the_thread_that_came_late() -> None:
    ready = Event(name="ready")

    def pulse() -> None:
        ready.set()
        ready.clear()

    def late() -> None:
        ready.wait(0.001)

    with recording() as log:
        in_thread(pulse, "pulse")
        in_thread(pulse, "pulse")
        in_thread(late, "late")
    (found,) = unseen_sets(log.records)
    assert str(found).splitlines() == [
        f"set but not seen: ready was set at {at('ready.set()')} and cleared at {at('ready.clear()')} "
        "before anybody woke (pulse)",
        f"  waiting: late at {at('ready.wait(0.001)')}: timed out",
    ]


def test_an_event_that_is_seen_or_that_nobody_waits_for_is_no_finding() -> None:
    ready = Event(name="ready")
    with recording() as log:
        ready.set()
        ready.clear()
        ready.set()
        ready.wait()
        ready.clear()
    assert unseen_sets(log.records) == []


def test_who_is_woken_by_a_later_set_has_not_waited_in_vain() -> None:
    log = Recorder()
    log.add(1, "set", C, "Event", 1)
    log.add(1, "clear", C, "Event", 2)
    log.add(2, "wait", C, "Event", 3)
    log.add(1, "set", C, "Event", 4)
    log.add(2, "notified", C, "Event", 3)
    assert unseen_sets(log.records) == []


# ---- all together ----------------------------------------------------------------------------------------------------


def test_what_somebody_waits_for_in_vain_comes_first() -> None:
    log = Recorder()
    log.add(1, "notify", C, "Condition", 1)  # a fact
    log.nest_open(1, A, line=2)  # left behind, nobody asks
    log.nest_open(1, B, line=3)  # left behind, T2 asks
    log.add(1, "set", D, "Event", 4)
    log.add(1, "clear", D, "Event", 5)
    log.add(1, "ended", 1, "Thread")
    log.add(2, "wait", D, "Event", 6)
    log.add(2, "timed out", D, "Event", 6)
    log.add(2, "request", B, line=7)
    site = log.records[0].site
    t2 = [
        Waiting("T2", site._replace(line=at, function="T2"), how) for at, how in ((7, "still waits"), (6, "timed out"))
    ]
    assert findings(log.records) == [
        HeldAtEnd("lock1", "T1", site._replace(line=3), (t2[0],)),
        UnseenSets("lock3", site._replace(line=4), site._replace(line=5), 1, ("T1",), (t2[1],)),
        HeldAtEnd("lock0", "T1", site._replace(line=2), ()),
        UnheardNotifies("lock2", site, 1, ("T1",), ()),
    ]


def test_an_event_that_was_seen_too_late_comes_after_one_that_was_not_seen_at_all() -> None:
    log = Recorder()
    log.add(2, "wait", C, "Event", 1)
    log.add(3, "wait", D, "Event", 2)
    for event in (C, D):
        log.add(1, "set", event, "Event", 3)
        log.add(1, "clear", event, "Event", 4)
    log.add(2, "notified", C, "Event", 1)
    assert [found.event for found in unseen_sets(log.records)] == ["lock3", "lock2"]
    log.nest_open(1, A)
    log.add(1, "ended", 1, "Thread")
    kinds = [type(found).__name__ for found in findings(log.records)]
    assert kinds == ["UnseenSets", "HeldAtEnd", "UnseenSets"]


def test_a_wait_that_an_explored_schedule_broke_off_still_waits() -> None:
    log = Recorder()
    log.add(2, "wait", C, "Event", 1)
    log.add(1, "set", C, "Event", 3)
    log.add(1, "clear", C, "Event", 4)
    log.add(2, "wait", C, "Event", 2)  # a thread of the same number, in the next
    log.add(2, "timed out", C, "Event", 2)
    (found,) = unseen_sets(log.records)
    assert [wait.outcome for wait in found.waiting] == ["still waits", "timed out"]


def test_an_empty_log_has_no_findings() -> None:
    assert findings([]) == []
