"""Blocks of locks that begin and end inside and outside of recordings, and what their records take in memory."""

from __future__ import annotations

import contextlib
import gc
import sys
import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from records import deeds, ops

from sync_tools.primitives import Condition, Event, Lock, RLock, recording, watch

pytestmark = pytest.mark.usefixtures("each_path")


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
    who = threading.current_thread().name if watch.worlds_seen else "?"  # the fast path did not look
    assert [(record.op, record.thread, record.held) for record in deeds(log)] == [("released", who, None)]


@pytest.mark.parametrize(("by_block", "kept"), [(True, False), (True, True), (False, False)])
def test_a_hold_is_told_whole_even_when_the_ring_has_dropped_its_beginning(by_block: bool, kept: bool) -> None:
    long, short = Lock(name="long"), Lock(name="short")
    with recording(capacity=5) as log, contextlib.ExitStack() as stack:
        if by_block:
            stack.enter_context(long) if kept else long.__enter__()
        else:
            long.acquire()
        for _ in range(20):
            with short:
                pass
        if by_block:
            stack.close() if kept else long.__exit__(None, None, None)
        else:
            long.release()
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


# ---- memory ----------------------------------------------------------------------------------------------------------


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
