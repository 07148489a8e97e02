"""``linearizable``: objects that are, objects that are not, and what a failure says."""

from __future__ import annotations

import queue
import threading
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from objects_to_check import (
    ACCOUNT,
    QUEUE,
    REGISTER,
    STACK,
    BufferedRegister,
    CheckThenActAccount,
    LaggingRegister,
    LinkedStack,
    LockedCounter,
    LossyStack,
    PlainAccount,
    PlainBuffered,
    PlainCounter,
    PlainQueue,
    PlainRegister,
    PlainStack,
    RacyCounter,
    UncheckedStack,
)

from sync_tools import explore, linearizable, replay
from sync_tools.drivers.histories import NotLinearizable
from sync_tools.words.errors import ScenarioFailed, ScenarioInconclusive, UserError

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("make", "model", "operations"),
    [
        (LockedCounter, PlainCounter, ["increment", "value"]),
        (LockedCounter, LockedCounter, ["increment"]),
        (PlainRegister, PlainRegister, REGISTER),
        (queue.Queue, PlainQueue, QUEUE),
        (queue.SimpleQueue, PlainQueue, QUEUE),
        (lambda: queue.Queue(0), PlainQueue, QUEUE),
        (deque, deque, {"append": [[1, 2]], "popleft": [], "__len__": []}),
        (dict, dict, {"__setitem__": [["a", "b"], [1, 2]], "pop": [["a", "b"]], "get": [["a", "b"]]}),
        (PlainStack, PlainStack, {"push": [[1, 2]]}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_object_whose_operations_take_effect_at_one_point_passes(make, model, operations):
    found = linearizable(make, model, operations=operations, examples=20)
    found.raise_if_failed()
    assert (found.outcome, found.complete, found.unseen) == ("passed", True, ())
    assert found.programs >= 9
    assert found.failure is None and found.history == () and found.program == ()


def test_a_stack_that_swaps_its_top_passes():
    found = linearizable(LinkedStack, PlainStack, operations=STACK, length=2, examples=15)
    assert (found.outcome, found.complete, found.unseen) == ("passed", True, ())


@pytest.mark.parametrize(
    ("make", "model", "operations", "most"),
    [
        (RacyCounter, PlainCounter, ["increment"], 2),
        (CheckThenActAccount, PlainAccount, ACCOUNT, 3),
        (LossyStack, PlainStack, STACK, 5),
        (LaggingRegister, PlainRegister, REGISTER, 2),
        (BufferedRegister, PlainBuffered, {**REGISTER, "flush": []}, 2),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_object_that_is_not_linearizable_fails_with_a_small_program(make, model, operations, most):
    found = linearizable(make, model, operations=operations)
    assert (found.outcome, found.failure.kind) == ("failed", "assertion")
    assert isinstance(found.failure.exception, NotLinearizable)
    assert len(found.history) == sum(map(len, found.program)) <= most
    with pytest.raises(ScenarioFailed, match=r"no order of these operations\s+explains"):
        found.raise_if_failed()


def test_a_racy_counter_fails_with_two_increments_and_the_least_schedule():
    found = linearizable(RacyCounter, PlainCounter, operations=["increment"])
    assert [operation.call.name for operation in found.history] == ["increment", "increment"]
    assert sorted(operation.thread for operation in found.history) == [1, 2]
    assert (found.failure.preemptions, found.failure.least) == (1, True)


def test_a_stale_value_after_a_write_that_had_ended_is_a_failure_of_time_alone():
    found = linearizable(LaggingRegister, PlainRegister, operations=REGISTER)
    by_name = {operation.call.name: operation for operation in found.history}
    assert by_name["write"].end < by_name["read"].begin
    assert by_name["read"].response.value == 0
    assert found.failure.bug_class == "not linearizable"
    assert "would explain the results, but B had returned before A was called" in " ".join(
        found.failure.message.split()
    )


def test_drawn_arguments_are_made_simple():
    operations = {"write": [st.integers(1, 1_000)], "read": []}
    found = linearizable(LaggingRegister, PlainRegister, operations=operations, seed=3)
    assert {operation.call.args for operation in found.history} == {(), (1,)}


def test_what_is_only_sequentially_consistent_fails():
    found = linearizable(BufferedRegister, PlainBuffered, operations={**REGISTER, "flush": []})
    assert {operation.call.name for operation in found.history} == {"write", "read"}
    assert len({operation.thread for operation in found.history}) == 2


def test_the_message_shows_each_operation_with_its_interval_and_what_could_have_been():
    class Late(PlainCounter):
        def increment(self):
            value = self.value
            self.value = value + 1
            return value + 1

    found = linearizable(Late, PlainCounter, operations=["increment"])
    assert found.failure.message.splitlines() == [
        "no order of these operations explains what they returned",
        "A  T1  increment()  -> 1  |-----------|",
        "B  T2  increment()  -> 1      |---|",
        "Given the other result, A could only return 2.",
    ]
    assert found.failure.bug_class == "lost update"
    assert all(len(line) <= 80 for line in found.failure.report().splitlines())


def test_one_seed_gives_one_result():
    first, second = (
        linearizable(CheckThenActAccount, PlainAccount, operations=ACCOUNT, seed=7, examples=30) for _ in range(2)
    )
    assert first == second
    assert first.failure.schedule == second.failure.schedule


def test_the_failing_program_can_be_replayed():
    found = linearizable(LaggingRegister, PlainRegister, operations=REGISTER)
    again = replay(found.scenario, found.failure.schedule)
    assert again.message == found.failure.message
    assert found.failure.schedule in found.failure.report()


def test_the_failure_carries_the_promise_that_the_object_does_not_keep():
    promise = "Each call counts."
    found = linearizable(RacyCounter, PlainCounter, operations=["increment"], promise=promise)
    assert found.failure.promise == promise


def test_a_deadlock_keeps_its_kind_and_the_program_is_told():
    class Pair:
        def __init__(self):
            self.one, self.other = threading.Lock(), threading.Lock()

        def left(self):
            with self.one, self.other:
                pass

        def right(self):
            with self.other, self.one:
                pass

    class Free:
        def left(self):
            pass

        right = left

    found = linearizable(Pair, Free, operations=["left", "right"])
    assert found.failure.kind == "deadlock"
    assert found.history == ()
    assert sorted(thread[0].name for thread in found.program) == ["left", "right"]
    assert "worker-1 does left()." in found.failure.why
    assert "worker-2 does right()." in found.failure.why


def test_an_exception_that_the_model_never_raises_is_shown_as_what_it_is():
    found = linearizable(UncheckedStack, PlainStack, operations=STACK)
    assert found.failure.kind == "exception"
    assert "IndexError: pop from empty list" in found.failure.report()
    assert sum(map(len, found.program)) == 3


def test_an_exception_that_the_model_raises_too_is_a_result():
    class Guarded(PlainAccount):
        def __init__(self):
            super().__init__()
            self.lock = threading.Lock()

        def deposit(self, amount):
            with self.lock:
                super().deposit(amount)

        def withdraw(self, amount):
            with self.lock:
                super().withdraw(amount)

    operations = {"deposit": [[1]], "withdraw": [[2]]}
    options = {"operations": operations, "instrument": ["objects_to_check"]}
    found = linearizable(Guarded, PlainAccount, examples=20, **options)
    assert (found.outcome, found.complete, found.unseen) == ("passed", True, ())
    found = linearizable(CheckThenActAccount, PlainAccount, **options)
    assert isinstance(found.failure.exception, NotLinearizable)


def test_what_is_not_seen_makes_no_failure_but_no_proof_either():
    class Elsewhere(PlainRegister):
        """Its methods stand in another module than the class, which is not rewritten."""

    found = linearizable(Elsewhere, PlainRegister, operations=REGISTER, examples=10)
    assert (found.outcome, found.complete) == ("passed", False)
    assert found.unseen
    again = linearizable(Elsewhere, PlainRegister, operations=REGISTER, examples=10, instrument=["objects_to_check"])
    assert (again.outcome, again.complete, again.unseen) == ("passed", True, ())


def test_a_model_that_is_wrong_even_for_one_thread_needs_one_operation():
    class Wrong(PlainCounter):
        def increment(self):
            return 7

    found = linearizable(LockedCounter, Wrong, operations=["increment"])
    assert len(found.history) == 1
    assert "even by one thread" in found.failure.message
    assert "A could only return 7." in found.failure.message


def test_three_threads_and_arguments_that_programs_change_are_fine():
    class Keeper:
        def __init__(self):
            self.kept = []

        def keep(self, values):
            values.append(len(values))
            self.kept = values
            return values

    found = linearizable(Keeper, Keeper, operations={"keep": [[[], [5]]]}, threads=3, length=1, examples=10)
    assert (found.outcome, found.complete, found.unseen) == ("passed", True, ())
    assert found.schedules > found.programs


def test_a_budget_that_ends_is_inconclusive():
    found = linearizable(LockedCounter, PlainCounter, operations=["increment"], max_schedules=2)
    assert (found.outcome, found.complete, found.failure) == ("inconclusive", False, None)
    with pytest.raises(ScenarioInconclusive, match="Raise max_schedules"):
        found.raise_if_failed()
    found.raise_if_failed(inconclusive="pass")


@settings(max_examples=3, deadline=None)
@given(start=st.integers(0, 2))
def test_it_works_inside_of_a_property_test(start):
    def make():
        counter = LockedCounter()
        counter.value = start
        return counter

    def model():
        counter = PlainCounter()
        counter.value = start
        return counter

    found = linearizable(make, model, operations=["increment"], length=1, examples=5, instrument=["objects_to_check"])
    assert (found.outcome, found.complete, found.unseen) == ("passed", True, ())


def test_a_polling_loop_that_never_ends_stops_at_its_first_program():
    class Stuck(PlainCounter):
        def increment(self):
            turn = 0
            while True:
                turn += 1

    found = linearizable(Stuck, PlainCounter, operations=["increment"])
    assert found.failure.kind == "endless-loop"
    assert found.programs == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"operations": {}}, "operations is empty"),
        ({"operations": ["decrement"]}, "the PlainCounter that model\\(\\) returns has no 'decrement'"),
        ({"operations": {"increment": [3]}}, "argument 1 is drawn from 3"),
        ({"operations": {"increment": ["ab"]}}, "argument 1 is drawn from 'ab'"),
        ({"operations": {"increment": [[]]}}, "argument 1 is drawn from \\[\\]"),
        ({"operations": {"increment": "ab"}}, "one entry for each argument"),
        ({"operations": ["increment"], "threads": 0}, "at least 1 each"),
        ({"operations": ["increment"], "threads": 9}, "at most 26 operations"),
        ({"operations": ["increment"], "stop": "never"}, "stop= is not for linearizable to pass on"),
        ({"operations": ["increment"], "strategy": "best"}, "unknown strategy 'best'"),
    ],
)
def test_wrong_arguments_are_told(options, complaint):
    with pytest.raises(UserError, match=complaint):
        linearizable(LockedCounter, PlainCounter, **options)


def test_an_object_without_the_method_is_told():
    class Empty:
        pass

    with pytest.raises(UserError, match="the Empty that make\\(\\) returns has no 'increment'"):
        linearizable(Empty, PlainCounter, operations=["increment"])


def test_a_model_that_waits_is_told_and_nothing_hangs():
    with pytest.raises(UserError, match="the model waits in get"):
        linearizable(PlainQueueThatGets, queue.Queue, operations=["get"])


class PlainQueueThatGets:
    def get(self):
        return None


def test_it_is_not_for_use_inside_of_a_scenario():
    def scenario():
        linearizable(LockedCounter, PlainCounter, operations=["increment"])

    with pytest.raises(UserError, match="call it in a plain test"):
        explore(scenario)
