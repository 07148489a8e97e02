"""A trace of a log keeps to the rules of the format, whatever is in the log."""

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
from made_records import A, Recorder
from signal_runs import condition_run, event_run, lock_run
from trace_reader import checked
from trace_rules import broken_rules

from sync_tools import explore, run_together
from sync_tools.primitives import Barrier, Condition, Event, Lock, Record, RLock, Semaphore, recording
from sync_tools.primitives.chrome_trace import trace_events

pytestmark = pytest.mark.once

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
