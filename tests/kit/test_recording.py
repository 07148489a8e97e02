"""What the record says, and what can be asked of it."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from records import deeds, ops, run_threads

from sync_tools.primitives import (
    Barrier,
    Condition,
    Event,
    Lock,
    RLock,
    Semaphore,
    record,
    recording,
    watch,
)
from sync_tools.words.errors import UserError

pytestmark = pytest.mark.usefixtures("each_path")


def line_of(text: str) -> int:
    with open(__file__, encoding="utf-8") as file:
        return next(number for number, line in enumerate(file, 1) if line.strip() == text)


# ---- what is recorded ------------------------------------------------------------------------------------------------


def test_each_operation_has_its_caller_thread_and_times() -> None:
    accounts = Lock(name="accounts")
    with recording() as log:
        accounts.acquire()  # the site
        accounts.release()
    asked, got, released = log.records
    assert [(r.op, r.primitive, r.kind) for r in log.records] == [
        ("request", "accounts", "Lock"), ("acquired", "accounts", "Lock"), ("released", "accounts", "Lock"),
    ]  # fmt: skip
    assert [r.seq for r in log.records] == [1, 2, 3]
    assert {r.thread for r in log.records} == {threading.current_thread().name}
    assert {r.thread_id for r in log.records} == {threading.get_ident()}
    assert got.site.short() == f"test_recording.py:{line_of('accounts.acquire()  # the site')}"
    assert got.site.function == "test_each_operation_has_its_caller_thread_and_times"
    assert got.site.source == "accounts.acquire()  # the site"
    assert asked.time <= got.time <= released.time
    assert got.waited == 0 and got.contended is False
    assert released.held == released.time - got.time
    assert (got.depth, released.depth, released.begun) == (1, 0, got.seq)


def test_the_site_is_the_users_line_also_through_an_exit_stack_and_a_plain_condition() -> None:
    lock = Lock()
    with recording() as log, contextlib.ExitStack() as stack:
        stack.enter_context(lock)
    plain = threading.Condition(RLock())
    with recording() as more, plain:
        plain.wait(0.001)
    assert {record.site.file for record in log.records + more.records} == {__file__}
    assert ops(more) == ["request", "acquired", "released", "acquired", "released"]


def test_a_contended_acquisition_says_that_and_how_long_it_waited() -> None:
    lock = Lock(name="busy")
    with recording() as log:
        lock.acquire()
        waiter = threading.Thread(target=lambda: lock.acquire())
        waiter.start()
        while ops(log).count("request") < 2:  # it stands before the lock
            pass
        lock.release()
        waiter.join()
    first, second = log.acquisitions("busy")
    assert (first.contended, second.contended) == (False, True)
    assert second.waited is not None and second.waited > 0
    assert ops(log) == ["request", "acquired", "request", "released", "acquired"]


def test_levels_of_an_rlock_are_told_apart() -> None:
    lock = RLock(name="outer")
    with recording() as log, lock, lock:
        pass
    assert [(r.op, r.depth) for r in log.records] == [
        ("request", 0), ("acquired", 1), ("request", 1), ("acquired", 2), ("released", 1), ("released", 0),
    ]  # fmt: skip
    inner, outer = [record.held for record in log.records if record.op == "released"]
    assert inner is not None and outer is not None and inner < outer


def test_tries_and_time_outs_say_that_they_got_nothing() -> None:
    lock, permits = Lock(name="lock"), Semaphore(0, name="permits")
    with recording() as log:
        lock.acquire()
        assert lock.acquire(False) is False
        assert lock.acquire(timeout=0.001) is False
        assert permits.acquire(False) is False
        assert permits.acquire(timeout=0.001) is False
        with pytest.raises(ValueError):
            lock.acquire(False, 1)
    assert ops(log, "lock")[2:] == ["request", "refused", "request", "timed out", "request", "refused"]
    assert ops(log, "permits") == ["request", "refused", "request", "timed out"]
    assert [record.waited > 0 for record in log.records if record.waited is not None and record.op == "timed out"] == [
        True,
        True,
    ]


def test_a_condition_puts_its_lock_down_and_takes_it_up() -> None:
    lock = RLock(name="lock")
    changed = Condition(lock, name="changed")
    ready = [False]

    def wait() -> None:
        with lock, changed:
            changed.wait_for(lambda: ready[0])

    def wake() -> None:
        while "wait" not in ops(log):
            pass
        with changed:
            ready[0] = True
            changed.notify()

    with recording() as log:
        run_threads(wait, wake)
    mine = [(r.primitive, r.op, r.depth) for r in deeds(log) if r.thread == "T1"]
    assert [step for step in mine if step[1] != "request"] == [
        ("lock", "acquired", 1), ("lock", "acquired", 2),
        ("changed", "wait", 0), ("lock", "released", 0),
        ("changed", "notified", 0), ("lock", "acquired", 2),
        ("lock", "released", 1), ("lock", "released", 0),
    ]  # fmt: skip
    assert [r.op for r in log.records if r.thread == "T2" and r.primitive == "changed"] == ["notify"]


def test_events_and_barriers_are_recorded() -> None:
    event, barrier = Event(name="event"), Barrier(1, name="barrier")
    with recording() as log:
        event.wait(0.001)
        event.set()
        event.wait()
        event.clear()
        barrier.wait()
        barrier.abort()
        with pytest.raises(threading.BrokenBarrierError):
            barrier.wait()
        barrier.reset()
    assert ops(log, "event") == ["wait", "timed out", "set", "wait", "notified", "clear"]
    assert ops(log, "barrier") == ["wait", "passed", "broken", "wait", "broken", "reset"]


def test_threads_that_end_are_told_apart_even_when_the_system_reuses_their_identity() -> None:
    lock = Lock()
    with recording() as log:
        for _ in range(3):
            run_threads(lambda: lock.acquire() and lock.release())
    assert len({record.thread_serial for record in deeds(log)}) == 3
    assert len({record.primitive_serial for record in log.records if record.op == "ended"}) == 3


# ---- order, loss, nesting --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("free_threaded", [False, True], ids=["", "counted as on free-threaded builds"])
@pytest.mark.parametrize("kind", [Lock, RLock, Condition])
def test_under_contention_no_record_is_lost_or_out_of_order(
    kind: Callable[..., Any], free_threaded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "FREE_THREADED", record.FREE_THREADED or free_threaded)
    lock = kind(name="counter")
    start = threading.Barrier(8)
    took: list[int] = []  # who was inside, in the true order: appended only while the lock is held

    def work() -> None:
        me = threading.get_ident()
        start.wait()
        for _ in range(500):
            with lock:
                took.append(me)

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with recording() as log:
            run_threads(*[work] * 8)
    finally:
        sys.setswitchinterval(switch)
    assert log.dropped == 0
    assert Counter(ops(log)) == {"request": 4000, "acquired": 4000, "released": 4000}
    assert [taken.thread_id for taken in log.acquisitions("counter")] == took
    assert [op for op in ops(log) if op != "request"] == ["acquired", "released"] * 4000
    assert [record.seq for record in log.records] == list(range(1, len(log.records) + 1))
    assert Counter(r.op for r in log.records if r.kind == "Thread") == {"start": 8, "joined": 8, "ended": 8}


def test_the_ring_keeps_the_latest_and_counts_what_it_drops() -> None:
    lock = Lock(name="lock")
    with recording(capacity=10) as log:
        for _ in range(100):
            with lock:
                pass
        assert (len(log.records), log.dropped) == (10, 290)
        lock.acquire()
        assert (len(log.records), log.dropped) == (10, 292)
    assert [record.seq for record in log.records] == list(range(293, 303))
    assert log.records[-1].op == "acquired"
    assert repr(log) == "<AcquisitionLog: 10 records, 292 dropped>"


@pytest.mark.parametrize("capacity", [0, -1, 1.5, "many"])
def test_a_capacity_that_makes_no_sense_is_refused(capacity: Any) -> None:
    with pytest.raises(UserError, match="capacity"), recording(capacity=capacity):
        pass


def test_recordings_nest_and_the_outer_one_gets_everything() -> None:
    lock = Lock(name="lock")
    with recording() as outer:
        with lock, recording() as inner, RLock(name="inside"):
            pass
        assert inner.records and not lock.locked()
    lock.acquire()
    assert [(r.op, r.primitive) for r in inner.records] == [
        ("request", "inside"), ("acquired", "inside"), ("released", "inside"),
    ]  # fmt: skip
    assert ops(outer) == ["request", "acquired"] * 2 + ["released", "released"]
    assert watch.logs == ()


def test_other_threads_are_recorded_too_and_an_exception_closes_the_recording() -> None:
    lock = Lock(name="lock")
    with pytest.raises(KeyError), recording() as log:
        run_threads(lambda: lock.acquire())
        raise KeyError
    assert [(record.thread, record.op) for record in deeds(log)] == [("T1", "request"), ("T1", "acquired")]
    assert watch.logs == ()


def test_recording_keeps_no_primitive_alive() -> None:
    gone: list[int] = []

    class Noted(Lock):
        def __del__(self) -> None:
            gone.append(1)

    with recording() as log:
        noted = Noted()
        with noted:
            pass
        del noted
        gc.collect()
        assert gone == [1]
    assert len(log.records) == 3


def test_a_finalizer_that_takes_the_lock_in_the_middle_of_a_critical_section_is_recorded() -> None:
    lock = RLock(name="lock")

    class Closes:
        def __del__(self) -> None:
            with lock:
                pass

    with recording() as log, lock:
        thing = Closes()
        thing.self = thing  # type: ignore[attr-defined]
        del thing
        gc.collect()
    assert ops(log) == ["request", "acquired", "request", "acquired", "released", "released"]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timer signals")
def test_a_signal_handler_may_record_at_any_moment() -> None:
    lock, handled = RLock(name="main"), []

    def handler(number: int, frame: Any) -> None:
        with lock:
            handled.append(1)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with recording(capacity=100) as log:
            signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
            rounds = 0
            while len(handled) < 50:
                rounds += 1
                with lock:
                    log.dropped  # noqa: B018  # reading while the handler appends
            signal.setitimer(signal.ITIMER_REAL, 0, 0)
            total = log.dropped + len(log.records)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0, 0)
        signal.signal(signal.SIGALRM, before)
    assert total == 3 * (rounds + len(handled))
