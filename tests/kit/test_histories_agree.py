"""One schedule a class, with all the orders in time that the class allows, finds what every schedule would show."""

from __future__ import annotations

import random

import pytest
from objects_to_check import (
    ACCOUNT,
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
    PlainCells,
    PlainCounter,
    PlainRegister,
    PlainStack,
    PlainStriped,
    RacyCounter,
    Striped,
    TwoCells,
)

from sync_tools import explore, stress
from sync_tools.detectors.linear import Call, Machine
from sync_tools.drivers.histories import NotLinearizable, scenario_of
from sync_tools.words.operations import Op, dependent

pytestmark = pytest.mark.once

# Objects, their models, their operations, and what it takes to see the error: kinds of outcome that must come up.
OBJECTS = [
    (LockedCounter, PlainCounter, {"increment": []}, {True}),
    (RacyCounter, PlainCounter, {"increment": [], "value": []}, {True, False}),
    (CheckThenActAccount, PlainAccount, ACCOUNT, {True, False}),
    (LaggingRegister, PlainRegister, REGISTER, {True, False}),
    (BufferedRegister, PlainBuffered, {**REGISTER, "flush": []}, {True, False}),
    (TwoCells, PlainCells, {**REGISTER, "peek": []}, {True, False}),
    (Striped, PlainStriped, {"left": [], "right": [], "total": []}, {True, False}),
    (LinkedStack, PlainStack, STACK, {True}),
    (LossyStack, PlainStack, STACK, {True}),
]
TOO_MANY = {LockedCounter, CheckThenActAccount, LinkedStack}  # more than 600 schedules for all that are drawn
SIZES = [(1, 1), (2, 1), (2, 2), (1, 1, 1)]


def drawn(generator, operations):
    def call():
        name = generator.choice(list(operations))
        return Call(name, tuple(generator.choice(values) for values in operations[name]))

    return tuple(tuple(call() for _ in range(size)) for size in generator.choice(SIZES))


def outcome(make, model, program, budget, timed, strategy):
    """Whether a program passes; None where the budget ended first."""
    machine = Machine(model, [call for thread in program for call in thread])
    found = explore(scenario_of(make, machine, program, timed=timed), strategy=strategy, max_schedules=budget)
    if found.failure is not None:
        assert isinstance(found.failure.exception, NotLinearizable), found.failure.report()
        return False, found.schedules
    return (True if found.outcome == "passed" and found.complete else None), found.schedules


@pytest.mark.parametrize(("make", "model", "operations", "expected"), OBJECTS, ids=lambda v: getattr(v, "__name__", ""))
def test_the_orders_of_a_class_the_marks_as_steps_and_every_schedule_agree(make, model, operations, expected):
    generator = random.Random(f"agree {make.__name__}")
    seen = set()
    compared = {"dpor": 0, "dfs": 0}
    for _ in range(16):
        program = drawn(generator, operations)
        free, few = outcome(make, model, program, 20_000, timed=False, strategy="dpor")
        assert free is not None
        timed, many = outcome(make, model, program, 600, timed=True, strategy="dpor")
        literal, _ = outcome(make, model, program, 600, timed=True, strategy="dfs")
        # A schedule that fails in a part of the space is enough; that none fails takes all of it.
        for strategy, other in (("dpor", timed), ("dfs", literal)):
            assert other is None or other == free, program
            compared[strategy] += other is not None
        if timed and free:
            assert few <= many
        seen.add(free)
    assert seen == expected
    assert compared["dpor"] == 16
    assert compared["dfs"] >= 1 or make in TOO_MANY


def test_calls_depend_on_returns_and_on_nothing_else():
    """What a timed scenario says of its marks; a free one says nothing."""
    call, back = (Op(mode, None, (((1, "history"), mode),)) for mode in "Re")
    assert dependent(call, back) and dependent(back, call)
    assert not dependent(call, call)
    assert not dependent(back, back)


def test_a_program_runs_on_os_threads_too():
    program = ((Call("increment"),) * 2,) * 2
    machine = Machine(PlainCounter, [Call("increment")] * 4)
    assert stress(scenario_of(LockedCounter, machine, program), rounds=5).outcome == "passed"
    wrong = Machine(RegisterThatCounts, [Call("increment")] * 4)
    assert stress(scenario_of(LockedCounter, wrong, program), rounds=5).failure.kind == "assertion"


class RegisterThatCounts(PlainCounter):
    def increment(self):
        return 1
