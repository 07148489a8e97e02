"""What the record says, and what can be asked of it."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from sync_tools.primitives import (
    AcquisitionLog,
    Barrier,
    Condition,
    Event,
    Lock,
    Record,
    RLock,
    Semaphore,
    record,
    recording,
    watch,
)
from sync_tools.words.errors import UserError


def run_threads(*functions: Callable[[], Any]) -> None:
    """Run each in a thread of its own, named T1, T2, ...; re-raise the first error."""
    errors: list[BaseException] = []

    def guard(function: Callable[[], Any]) -> None:
        try:
            function()
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=guard, args=(function,), name=f"T{number}")
        for number, function in enumerate(functions, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def line_of(text: str) -> int:
    with open(__file__, encoding="utf-8") as file:
        return next(number for number, line in enumerate(file, 1) if line.strip() == text)


def deeds(log: AcquisitionLog) -> list[Record]:
    """What was done to the primitives; threads' lives are left out."""
    return [record for record in log.records if record.kind != "Thread"]


def ops(log: AcquisitionLog, name: str | None = None) -> list[str]:
    return [record.op for record in deeds(log) if name in (None, record.primitive)]


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


def test_a_block_that_outlives_its_recording_is_told_to_whoever_records_then() -> None:
    lock = Lock(name="lock")
    stack = contextlib.ExitStack()
    with recording() as first:
        stack.enter_context(lock)  # keeps the __exit__ of this moment
        assert ops(first) == ["request", "acquired"]
    with recording() as second:
        stack.close()
    assert not lock.locked()
    assert (ops(first), ops(second)) == (["request", "acquired"], ["released"])
    assert (first.dropped, second.dropped) == (0, 0)
    enter, leave = lock.__enter__, lock.__exit__
    with recording(), recording() as inner:
        enter, leave = type(lock).__enter__, type(lock).__exit__
        enter(lock)
        leave(lock, None, None, None)
    assert ops(inner) == ["request", "acquired", "released"]


def test_methods_kept_from_one_recording_count_rightly_beside_others_and_after_it() -> None:
    lock = Lock(name="lock")
    with recording(capacity=3) as outer:
        enter, leave = type(lock).__enter__, type(lock).__exit__
        with recording(capacity=3) as inner:
            for _ in range(10):
                enter(lock)
                leave(lock, None, None, None)
            assert (outer.dropped, inner.dropped) == (27, 27)
    for _ in range(10):
        enter(lock)
        leave(lock, None, None, None)
    assert (outer.dropped, inner.dropped) == (27, 27)


@pytest.mark.parametrize("kind", [Lock, RLock, Condition])
def test_a_block_entered_in_one_recording_is_left_in_a_nested_one_or_after_it(kind: Callable[..., Any]) -> None:
    lock = kind(name="lock")
    with recording() as outer:
        lock.__enter__()
        with recording() as inner:
            lock.__exit__(None, None, None)
            lock.__enter__()
        lock.__exit__(None, None, None)
    assert ops(outer) == ["request", "acquired", "released"] * 2
    assert ops(inner) == ["released", "request", "acquired"]
    assert [record.held is not None for record in outer.records if record.op == "released"] == [True, True]
    assert (outer.dropped, inner.dropped) == (0, 0)


def test_a_release_of_what_an_earlier_recording_saw_taken_claims_no_thread() -> None:
    lock = Lock(name="lock")
    with recording():
        lock.__enter__()
    lock.release()  # unseen
    other = threading.Thread(target=lock.acquire)  # unseen, too
    other.start()
    other.join()
    with recording() as log:
        lock.__exit__(None, None, None)
    assert [(record.op, record.thread, record.held) for record in deeds(log)] == [("released", "?", None)]


def test_a_hold_is_told_whole_even_when_the_ring_has_dropped_its_beginning() -> None:
    long, short = Lock(name="long"), Lock(name="short")
    with recording(capacity=5) as log, long:
        for _ in range(20):
            with short:
                pass
    release = log.records[-1]
    assert (release.primitive, release.op, release.thread) == ("long", "released", threading.current_thread().name)
    assert release.held is not None and release.held > 0 and release.begun is None
    assert log.dropped + len(log.records) == 3 + 60


def test_re_entry_by_blocks_and_by_calls_counts_its_levels() -> None:
    lock = RLock(name="lock")
    with recording() as log:
        with lock:
            with lock:
                lock.acquire()
                lock.release()
            lock.acquire()
            lock.release()
        with lock, lock, lock:
            pass
    depths = [(record.op, record.depth) for record in log.records if record.op != "request"]
    assert depths == [
        ("acquired", 1), ("acquired", 2), ("acquired", 3), ("released", 2), ("released", 1),
        ("acquired", 2), ("released", 1), ("released", 0),
        ("acquired", 1), ("acquired", 2), ("acquired", 3), ("released", 2), ("released", 1), ("released", 0),
    ]  # fmt: skip
    assert all(record.held is not None for record in log.records if record.op == "released")


def test_leaving_a_block_whose_lock_was_given_back_inside_is_refused_as_unrecorded() -> None:
    for kind in (Lock, RLock, Condition):
        lock = kind(name="lock")
        with recording() as log, pytest.raises(RuntimeError), lock:
            lock.release()
        assert ops(log) == ["request", "acquired", "released", "released", "refused"]


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


def by_blocks(turns: int) -> None:
    lock = Lock(name="lock")
    for _ in range(turns):
        with lock:
            pass


def by_calls(turns: int) -> None:
    lock = Lock(name="lock")
    for _ in range(turns):
        lock.acquire()
        lock.release()


def by_time_outs(turns: int) -> None:
    lock = Lock(name="lock")
    for _ in range(turns):
        lock.acquire(timeout=10)
        lock.release()


def by_signals(turns: int) -> None:
    event = Event(name="event")
    for _ in range(turns):
        event.set()
        event.clear()


@pytest.mark.parametrize("nested", [False, True], ids=["alone", "nested"])
@pytest.mark.parametrize("use", [by_blocks, by_calls, by_time_outs, by_signals])
def test_a_record_costs_at_most_200_bytes(use: Callable[[int], None], nested: bool) -> None:
    with contextlib.ExitStack() as stack:
        if nested:
            stack.enter_context(recording(1))
        log = stack.enter_context(recording())
        tracemalloc.start()
        try:
            use(10_000)
            used = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        assert log.dropped == 0
    assert used / len(log.records) <= 200


def test_many_records_go_through_a_small_ring_without_growth() -> None:
    with recording(capacity=1000) as log:
        by_blocks(2000)
        gc.collect()
        before = sys.getallocatedblocks()
        by_blocks(50_000)
        gc.collect()
        grown = sys.getallocatedblocks() - before
    assert (log.dropped, len(log.records)) == (3 * 52_000 - 1000, 1000)
    assert grown < 1000
