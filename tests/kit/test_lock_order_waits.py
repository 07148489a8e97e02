"""What counts as taking a lock, and what a run that did deadlock leaves in the lock-order graph."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from made_records import A, B, C, Recorder
from slow_lock_order import reported

from sync_tools import explore, replay, run_together
from sync_tools.primitives import Condition, Lock, Record, RLock, Semaphore, recording
from sync_tools.primitives.lock_order import cycles, edges, graph

pytestmark = pytest.mark.once


def line(text: str) -> int:
    with open(__file__, encoding="utf-8") as file:
        return next(number for number, found in enumerate(file, 1) if found.strip() == text)


# ---- what did deadlock -----------------------------------------------------------------------------------------------


def test_a_thread_that_still_stands_before_a_lock_is_part_of_the_deadlock() -> None:
    log = Recorder().nest(1, A, B, place=1).nest(2, B, A, place=2)  # lucky, once
    for thread, first, second in ((1, A, B), (2, B, A)):
        log.add(thread, "request", first, line=30 + thread)
        log.add(thread, "acquired", first, line=30 + thread)
        log.add(thread, "request", second, line=40 + thread)
    (cycle,) = cycles(edges(log.records[:4] + log.records[-2:]))  # one of them only
    (cycle,) = cycles(edges(log.records))
    assert str(cycle).splitlines() == [
        "potential deadlock: lock0 -> lock1 -> lock0",
        "  T1 held lock0 (taken at program.py:31) and did not get lock1 at program.py:41",
        "  T2 held lock1 (taken at program.py:32) and did not get lock0 at program.py:42",
    ]


@pytest.mark.parametrize(
    ("ending", "patient", "counts"),
    [
        ("interrupted", True, True),
        ("interrupted", False, False),
        ("timed out", False, False),
        ("refused", False, False),
    ],
)
def test_a_wait_that_an_exception_ended_counts_and_one_that_gave_up_does_not(
    ending: str, patient: bool, counts: bool
) -> None:
    log = Recorder().nest(1, A, B)
    log.add(2, "acquired", B)
    log.add(2, "request", A)
    log.add(2, ending, A, patient=patient)
    log.add(2, "released", B)
    assert bool(reported(log)) == counts


def test_a_thread_that_takes_a_plain_lock_twice_is_a_deadlock_by_itself() -> None:
    log = Recorder()
    log.add(1, "acquired", A, line=7)
    log.add(1, "request", A, line=8)
    (cycle,) = cycles(edges(log.records))
    assert str(cycle).splitlines() == [
        "potential deadlock: lock0 -> lock0",
        "  T1 held lock0 (taken at program.py:7) and did not get lock0 at program.py:8",
    ]
    log.add(2, "released", A)  # a latch: it was for another thread to release
    log.add(1, "acquired", A, line=8)
    assert reported(log) == set()


def test_an_attempt_that_would_give_up_by_itself_is_no_part_of_a_deadlock_nor_is_re_entry() -> None:
    log = Recorder().nest(1, A, B)
    log.nest_open(2, B, "RLock")
    log.add(2, "request", A, patient=False)
    assert reported(log) == set()
    log.add(2, "refused", A, patient=False)
    log.add(2, "request", B, "RLock")  # it has it already
    assert reported(log) == set()
    assert set(graph(edges(log.records))) == {"lock0"}
    assert set(graph(edges(log.records[:-2]))) == {"lock0"}, "nor while it is under way"


def abba() -> None:
    a, b = Lock(name="a"), Lock(name="b")

    def forward() -> None:
        with a, b:
            pass

    def backward() -> None:
        with b, a:
            pass

    run_together(forward, backward)


def test_the_deadlock_of_an_explored_schedule_is_a_cycle_of_what_was_not_got() -> None:
    failure = explore(abba).failure
    assert failure is not None and failure.kind == "deadlock"
    with recording() as log:
        replay(abba, failure.schedule)
    (cycle,) = log.cycles()
    assert cycle.locks == ("a", "b") and not any(edge.got for edge in cycle.edges)


def until(log: Any, condition: Callable[[list[Record]], bool]) -> None:
    while not condition(log.records):
        pass


def test_a_log_that_is_read_while_a_thread_waits_has_its_edge() -> None:
    a, b = Lock(name="a"), Lock(name="b")

    def work() -> None:
        with a, b:
            pass

    with recording() as log:
        b.acquire()
        waiter = threading.Thread(target=work, name="T", daemon=True)
        waiter.start()
        until(log, lambda records: (records[-1].op, records[-1].primitive, records[-1].thread) == ("request", "b", "T"))
        (waiting,) = log.lock_order()["a"]["b"]
        b.release()
        waiter.join()
        (done,) = log.lock_order()["a"]["b"]
    assert (waiting.got, done.got) == (False, True)


# ---- what counts as taking a lock ------------------------------------------------------------------------------------


def test_a_lock_taken_up_again_after_a_wait_is_taken_under_what_is_held_then() -> None:
    lock, other = Lock(name="lock"), Lock(name="other")
    changed = Condition(lock, name="changed")

    def waiter() -> None:
        with lock, other:
            changed.wait()  # puts down lock, keeps other

    with recording() as log:
        thread = threading.Thread(target=waiter, name="waiter", daemon=True)
        thread.start()
        until(log, lambda records: [r.op for r in records[-2:]] == ["wait", "released"])
        (while_waiting,) = log.lock_order()["other"]["lock"]
        with changed:
            changed.notify()
        thread.join()
    (edge,) = log.lock_order()["other"]["lock"]
    place = line("changed.wait()  # puts down lock, keeps other")
    assert (edge.held_site.line, edge.taken_site.line, edge.thread, edge.got) == (place - 1, place, "waiter", True)
    assert (while_waiting.taken_site.line, while_waiting.got) == (place, False), "it will want it back"
    assert log.cycles() == []  # one thread only


def test_a_wait_that_holds_another_lock_deadlocks_with_who_needs_that_one_to_notify() -> None:
    lock, changed = A, C
    log = Recorder()
    log.add(1, "acquired", lock)
    log.add(1, "acquired", B)
    log.add(1, "wait", changed, "Condition")
    log.add(1, "released", lock, whole=True)
    log.add(2, "acquired", lock)
    log.add(2, "notify", changed, "Condition")
    log.add(2, "request", B)
    (cycle,) = cycles(edges(log.records))
    assert {edge.thread: (edge.held, edge.taken) for edge in cycle.edges} == {
        "T1": ("lock1", "lock0"),
        "T2": ("lock0", "lock1"),
    }


def test_a_wait_that_timed_out_still_wants_its_lock_back() -> None:
    log = Recorder()
    log.nest_open(1, B)
    log.nest_open(1, C, "Condition")
    log.add(1, "wait", C, "Condition", 5)
    log.add(1, "released", C, "Condition", 5, whole=True)
    log.add(1, "timed out", C, "Condition", 5, patient=False)
    assert [edge.got for edge in edges(log.records)] == [True, False]
    log.add(1, "acquired", C, "Condition", 5, whole=True)
    log.nest(1, A)  # what it releases from now on, it releases for good
    assert [(edge.held, edge.taken, edge.got) for edge in edges(log.records)] == [
        ("lock1", "lock2", True),
        ("lock1", "lock2", True),
        ("lock1", "lock0", True),
        ("lock2", "lock0", True),
    ]


def test_a_lock_that_a_barrier_s_action_releases_is_not_wanted_back() -> None:
    log = Recorder()
    log.nest_open(1, A)
    log.nest_open(1, B)
    log.add(1, "wait", C, "Barrier")
    log.add(1, "released", B)  # the last to come runs the action
    log.add(1, "passed", C, "Barrier")
    assert [edge.got for edge in edges(log.records)] == [True]


def test_a_re_entrant_lock_is_held_until_its_outermost_release() -> None:
    log = Recorder()
    log.nest_open(1, A, "RLock")
    log.nest_open(1, A, "RLock")
    log.add(1, "released", A, "RLock")
    log.nest(1, B)
    log.add(1, "released", A, "RLock")
    log.nest(1, C)
    assert [(edge.held, edge.taken) for edge in edges(log.records)] == [("lock0", "lock1")]


def test_a_lock_that_somebody_else_released_is_not_held_any_more() -> None:
    log = Recorder()
    log.nest_open(1, A)
    log.add(2, "released", A)
    log.nest(1, B)
    assert list(edges(log.records)) == []


def test_a_condition_entered_by_with_is_its_lock() -> None:
    other = Lock(name="other")
    with recording() as log:
        changed = Condition(name="changed")
        with changed, other:
            pass
    assert {held: set(taken) for held, taken in log.lock_order().items()} == {"changed": {"other"}}


def test_re_entry_is_not_in_the_graph_nor_are_semaphores() -> None:
    lock, other, permit = RLock(name="lock"), Lock(name="other"), Semaphore(1, name="permit")
    with recording() as log, lock, other, lock, permit:
        pass
    assert {held: set(taken) for held, taken in log.lock_order().items()} == {"lock": {"other"}}


def test_a_lock_and_a_thread_of_one_name_are_not_mixed_up() -> None:
    log = Recorder()
    log.add(0, "start", 1, "Thread", name="worker")
    log.add(0, "start", 2, "Thread", name="worker")
    log.add(1, "acquired", A, name="worker")
    log.add(1, "acquired", B, name="other")
    assert set(graph(edges(log.records))) == {"worker"}
