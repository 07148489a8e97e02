"""What a log can be asked, and what can be made of it."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loguru import logger
from records import run_threads

from sync_tools.primitives import Condition, Event, Lock, RLock, recording

FILE = Path(__file__).name


def run_in_turn(*functions: Callable[[], Any]) -> None:
    """Run each in a thread of its own, one after the other by luck: by no join before the next one's start."""
    threads = []
    for number, function in enumerate(functions, 1):
        done = threading.Event()
        target = [function, done.set]
        thread = threading.Thread(target=lambda target=target: [step() for step in target], name=f"T{number}")
        thread.start()
        assert done.wait(60)
        threads.append(thread)
    for thread in threads:
        thread.join()


def line_of(text: str) -> int:
    with open(__file__, encoding="utf-8") as file:
        return next(number for number, line in enumerate(file, 1) if line.strip() == text)


# ---- what the log tells ----------------------------------------------------------------------------------------------


def test_contention_names_the_lock_and_the_place_that_held_it_longest() -> None:
    lock = Lock(name="hot")
    with recording() as log:
        with lock:
            pass
        lock.acquire()  # held while somebody waits
        waiter = threading.Thread(target=lambda: lock.acquire())
        waiter.start()
        while sum(record.op == "request" for record in log.records) < 3:
            pass
        lock.release()
        waiter.join()
    hot = log.contention()["hot"]
    assert (hot.count, hot.contended) == (3, 1)
    assert hot.waited is not None and hot.held is not None
    assert 0 == hot.waited.p50 < hot.waited.p95 == hot.waited.max
    assert hot.held.p50 < hot.held.max
    assert hot.longest_hold is not None
    assert hot.longest_hold.line == line_of("lock.acquire()  # held while somebody waits")


def test_locks_that_share_a_name_are_told_apart() -> None:
    one, two = Lock(name="account"), Lock(name="account")
    with recording() as log, one, two:
        pass
    assert list(log.lock_order()) == ["account#1"]
    assert sorted(log.contention()) == ["account#1", "account#2"]
    assert len(log.acquisitions("account")) == 2


def opposite_orders(one: Any, two: Any) -> None:
    """Two threads take the locks in opposite orders, one after the other: the lucky run of a deadlock."""

    def forward() -> None:
        one.acquire()
        two.acquire()  # while holding one
        two.release()
        one.release()

    def backward() -> None:
        two.acquire()
        one.acquire()  # while holding two
        one.release()
        two.release()

    run_in_turn(forward, backward)


def test_opposite_orders_are_a_potential_deadlock_with_both_sites() -> None:
    a, b = Lock(name="a"), Lock(name="b")
    with recording() as log:
        opposite_orders(a, b)
    (cycle,) = log.cycles()
    assert cycle.locks == ("a", "b")
    first, second = line_of("two.acquire()  # while holding one"), line_of("one.acquire()  # while holding two")
    assert [(edge.held_site.line, edge.taken_site.line) for edge in cycle.edges] == [
        (first - 1, first), (second - 1, second),
    ]  # fmt: skip
    text = str(cycle)
    assert text.splitlines()[0] == "potential deadlock: a -> b -> a"
    assert f"T2 held b (taken at {FILE}:{second - 1}) and took a at {FILE}:{second}" in text
    assert set(log.lock_order()) == {"a", "b"} and set(log.lock_order()["a"]) == {"b"}


def test_three_locks_in_a_ring_are_one_cycle() -> None:
    forks = [Lock(name=f"fork{number}") for number in range(3)]

    def eat(left: Lock, right: Lock) -> None:
        with left, right:
            pass

    with recording() as log:
        run_in_turn(*[lambda n=n: eat(forks[n], forks[(n + 1) % 3]) for n in range(3)])  # type: ignore[misc]
    assert [cycle.locks for cycle in log.cycles()] == [("fork0", "fork1", "fork2")]


def test_a_common_gate_lock_makes_opposite_orders_safe() -> None:
    gate, a, b = Lock(name="gate"), Lock(name="a"), Lock(name="b")

    def in_order(first: Lock, second: Lock) -> None:
        with gate, first, second:
            pass

    with recording() as log:
        run_in_turn(lambda: in_order(a, b), lambda: in_order(b, a))
    assert log.cycles() == []
    assert "b" in log.lock_order()["a"] and "a" in log.lock_order()["b"]


def test_a_gate_that_one_thread_forgets_is_no_gate() -> None:
    gate, a, b = Lock(name="gate"), Lock(name="a"), Lock(name="b")

    def in_order(first: Lock, second: Lock, *outer: Lock) -> None:
        with contextlib.ExitStack() as stack:
            for lock in (*outer, first, second):
                stack.enter_context(lock)

    with recording() as log:
        run_in_turn(lambda: in_order(a, b, gate), lambda: in_order(b, a))
    assert [cycle.locks for cycle in log.cycles()] == [("a", "b")]


def test_a_join_between_opposite_orders_makes_them_safe() -> None:
    a, b = Lock(name="a"), Lock(name="b")

    def in_order(first: Lock, second: Lock) -> None:
        with first, second:
            pass

    with recording() as log:
        run_threads(lambda: in_order(a, b))
        run_threads(lambda: in_order(b, a))
    assert log.cycles() == []
    assert "b" in log.lock_order()["a"] and "a" in log.lock_order()["b"]


def test_opposite_orders_in_one_thread_only_are_safe() -> None:
    a, b = Lock(name="a"), Lock(name="b")

    def both() -> None:
        with a, b:
            pass
        with b, a:
            pass

    with recording() as log:
        run_threads(both)
    assert log.cycles() == []


def test_orders_that_give_up_by_themselves_are_safe() -> None:
    a, b = Lock(name="a"), Lock(name="b")

    def forward() -> None:
        with a, b:
            pass

    def backward() -> None:
        with b:
            for limit in ({"blocking": False}, {"timeout": 1}):
                assert a.acquire(**limit)  # type: ignore[arg-type]
                a.release()

    with recording() as log:
        run_in_turn(forward, backward)
    assert log.cycles() == []
    assert "a" in log.lock_order()["b"]


def test_a_consistent_order_is_no_cycle_and_re_entry_is_no_edge() -> None:
    a, b = RLock(name="a"), RLock(name="b")

    def work() -> None:
        with a, b, a:
            pass

    with recording() as log:
        run_threads(work, work)
    assert log.cycles() == []
    assert {held: set(taken) for held, taken in log.lock_order().items()} == {"a": {"b"}}


def test_a_condition_takes_part_by_its_lock() -> None:
    lock, other = Lock(name="lock"), Lock(name="other")
    changed = Condition(lock, name="changed")
    with recording() as log:
        opposite_orders(changed, other)
    assert [cycle.locks for cycle in log.cycles()] == [("lock", "other")]


# ---- out of the log --------------------------------------------------------------------------------------------------


def test_emit_sends_every_record_in_order_with_bound_fields() -> None:
    lock = Lock(name="{odd} name")
    with recording() as log, lock:
        pass
    seen: list[dict[str, Any]] = []
    messages: list[str] = []

    def sink(message: Any) -> None:
        seen.append(dict(message.record["extra"]))
        messages.append(message.record["message"])

    number = logger.add(sink, level="INFO")
    try:
        log.emit()
    finally:
        logger.remove(number)
    assert [(extra["seq"], extra["op"]) for extra in seen] == [(1, "request"), (2, "acquired"), (3, "released")]
    assert {extra["primitive"] for extra in seen} == {"{odd} name"}
    assert seen[1]["site"].startswith(__file__) and seen[1]["thread_id"] == threading.get_ident()
    assert messages[1] == "{odd} name acquired"


def test_a_sink_that_takes_an_instrumented_lock_does_not_deadlock() -> None:
    lock = Lock(name="shared by program and sink")
    written: list[str] = []

    def sink(message: Any) -> None:
        with lock:
            written.append(message.record["extra"]["op"])

    number = logger.add(sink, level="INFO")
    try:
        with recording() as log:
            with lock:
                pass
            log.emit()  # while the recording goes on: the sink's own acquisitions are recorded, not emitted for ever
    finally:
        logger.remove(number)
    assert written == ["request", "acquired", "released"]
    assert len(log.records) == 12


def test_emit_takes_a_logger() -> None:
    class Bound(list):  # type: ignore[type-arg]
        def bind(self, **fields: Any) -> Bound:
            self.append(fields["op"])
            return self

        def info(self, message: str) -> None:
            self.append(message)

    mine = Bound()
    event = Event(name="event")
    with recording() as log:
        event.set()
    log.emit(mine)
    assert mine == ["set", "event set"]


def test_jsonl_has_one_object_a_record(tmp_path: Path) -> None:
    lock = Lock(name="lock")
    with recording() as log, lock:
        pass
    log.to_jsonl(tmp_path / "log.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["seq"], line["op"]) for line in lines] == [(r.seq, r.op) for r in log.records]
    assert lines[2]["held"] == log.records[2].held and lines[0]["function"] == log.records[0].site.function


def test_an_empty_log_can_be_asked_everything(tmp_path: Path) -> None:
    with recording() as log:
        pass
    log.to_jsonl(tmp_path / "log.jsonl")
    log.to_chrome_trace(tmp_path / "trace.json")
    assert (log.records, log.dropped, log.contention(), log.lock_order(), log.cycles()) == ([], 0, {}, {}, [])
    assert (tmp_path / "log.jsonl").read_text(encoding="utf-8") == ""
    assert json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))["traceEvents"] == []
