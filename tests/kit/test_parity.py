"""The instrumented primitives cannot be told from threading's, but for their names and reprs: compared by machine."""

from __future__ import annotations

import inspect
import threading
from typing import Any

import pytest
from calls_to_compare import CALLS, KINDS, Call, is_python, outcome
from hypothesis import given, settings
from hypothesis import strategies as st
from three_paths import PATHS, on_path

from sync_tools import explore, primitives, run_together

ADDED = {"name", "kind"}


def make(api: Any, kind: str) -> Any:
    return getattr(api, kind)(*[2] * (kind == "Barrier"))


def public(thing: Any) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


# ---- what there is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_every_public_attribute_and_no_other(kind: str) -> None:
    theirs, ours = make(threading, kind), make(primitives, kind)
    assert public(ours) - ADDED == public(theirs)
    assert public(type(theirs)) <= public(type(ours))
    for name in ("_at_fork_reinit", "_is_owned", "_release_save", "_acquire_restore", "_recursion_count"):
        assert hasattr(ours, name) == hasattr(theirs, name), name


def parameters(function: Any) -> list[tuple[str, Any, Any]] | None:
    try:
        found = inspect.signature(function).parameters.values()
    except ValueError:  # a built-in one that does not tell
        return None
    return [(parameter.name, parameter.kind, parameter.default) for parameter in found if parameter.name != "name"]


@pytest.mark.parametrize("kind", KINDS)
def test_signatures_are_the_same_but_for_the_name(kind: str) -> None:
    theirs, ours = make(threading, kind), make(primitives, kind)
    compared = 0
    pairs = [(getattr(threading, kind), getattr(primitives, kind))]
    pairs += [(getattr(theirs, name), getattr(ours, name)) for name in public(theirs)]
    for one, other in pairs:
        expected = parameters(one) if callable(one) else None
        # A condition's `acquire` and `release` are its lock's, whatever that takes.
        if expected is not None and not (kind == "Condition" and one.__name__ in ("acquire", "release", "locked")):
            assert parameters(other) == expected, one
            compared += 1
    assert compared or kind == "Lock"


# ---- calls -----------------------------------------------------------------------------------------------------------


def differences(calls: list[Call], ours: list[Any]) -> str:
    """The calls with which threading does something else, as a text; "" for none."""
    theirs = [outcome(call, threading, is_python(call)) for call in calls]
    found = [
        f"{call}\n  theirs {one}\n  ours   {other}"
        for call, one, other in zip(calls, theirs, ours, strict=True)
        if one != other
    ]
    return f"{len(found)} of {len(calls)} differ\n" + "\n".join(found[:10]) if found else ""


def has_an_odd_flag(call: Call) -> bool:
    """A call of ``acquire`` with something other than a truth value, which is an error on some Pythons only."""
    flag = [*call.args, call.kwargs.get("blocking", True)][0]
    return call.method in ("acquire", "acquire_lock") and (type(flag) not in (bool, int) or abs(flag) > 1)


def is_tried_first(call: Call) -> bool:
    """While recorded, these are first tried without waiting, and then it is too late for an error."""
    odd = None in call.given("timeout") or bool({*call.kwargs} - {"timeout"})
    return has_an_odd_flag(call) or (call.kind == "Condition" and call.method == "acquire" and odd)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", KINDS)
def test_good_and_bad_arguments_have_the_same_results_and_errors(kind: str, path: str) -> None:
    calls = [call for call in CALLS if call.kind == kind and not (path == "recorded" and is_tried_first(call))]
    with on_path(path):
        ours = [outcome(call, primitives, is_python(call)) for call in calls]
    assert not (text := differences(calls, ours)), text


def test_a_recorded_acquisition_with_bad_arguments_takes_nothing() -> None:
    calls = [call for call in CALLS if is_tried_first(call)]
    with on_path("recorded"):
        ours = [outcome(call, primitives, is_python(call)) for call in calls]
    assert not (text := differences(calls, ours)), text


def outcomes_when_explored(calls: list[Call], module: Any, forked: bool) -> list[Any]:
    """What comes of calls in a scenario, where `threading` is a world's models; `forked`: after another thread ran."""
    words = [is_python(call) for call in calls]  # not asked in a scenario, where a model is in threading's place
    ours: dict[int, list[Any]] = {}

    def scenario(first: int) -> None:
        if forked:
            run_together(int)
        part = zip(calls[first : first + 100], words[first : first + 100], strict=True)
        ours[first] = [outcome(call, module, python) for call, python in part]

    for first in range(0, len(calls), 100):  # a schedule has only so many steps
        done = explore(scenario, args=[first], time="exact", strategy="dfs", races="off", max_schedules=1)
        assert done.failure is None, done.failure.report()
    return [result for part in ours.values() for result in part]


@pytest.mark.parametrize("forked", [False, True], ids=["alone", "after another thread"])
@pytest.mark.parametrize("module", [primitives, threading], ids=["instrumented", "threading"])
@pytest.mark.parametrize("kind", KINDS)
def test_in_an_explored_schedule_too(kind: str, module: Any, forked: bool) -> None:
    calls = [call for call in CALLS if call.kind == kind]
    assert not (text := differences(calls, outcomes_when_explored(calls, module, forked))), text


# ---- sequences of calls ----------------------------------------------------------------------------------------------

TIME = st.sampled_from([0, -1, 0.0001])
STEPS: dict[str, Any] = {
    "Lock": st.one_of(
        st.tuples(st.just("acquire"), st.sampled_from([(False,), (True, 0.0001), (True, 0)])),
        st.tuples(st.sampled_from(["release", "locked", "release_lock", "locked_lock"]), st.just(())),
    ),
    "RLock": st.one_of(
        st.tuples(st.just("acquire"), st.sampled_from([(), (False,), (True, 0.0001)])),
        st.tuples(st.sampled_from(["release", "__enter__", "_is_owned"]), st.just(())),
        st.tuples(st.just("__exit__"), st.just((None, None, None))),
    ),
    "Condition": st.one_of(
        st.tuples(st.sampled_from(["acquire", "release", "notify_all", "__enter__", "notify"]), st.just(())),
        st.tuples(st.just("wait"), st.tuples(TIME)),
        st.tuples(st.just("wait_for"), st.tuples(st.sampled_from([int, object]), st.just(0.0001))),
        st.tuples(st.just("notify"), st.tuples(st.integers(-1, 3))),
        st.tuples(st.just("__exit__"), st.just((None, None, None))),
    ),
    "Event": st.one_of(
        st.tuples(st.sampled_from(["set", "clear", "is_set"]), st.just(())),
        st.tuples(st.just("wait"), st.tuples(TIME)),
    ),
    "Semaphore": st.one_of(
        st.tuples(st.just("acquire"), st.sampled_from([(False,), (True, 0), (True, 0.0001), (False, 1)])),
        st.tuples(st.just("release"), st.tuples(st.integers(-1, 3))),
        st.tuples(st.sampled_from(["release", "_value"]), st.just(())),
        st.tuples(st.just("__exit__"), st.just((None, None, None))),
    ),
    "Barrier": st.one_of(
        st.tuples(st.sampled_from(["abort", "reset", "broken", "parties"]), st.just(())),
        st.tuples(st.just("wait"), st.tuples(TIME)),
    ),
}  # fmt: skip
STEPS["BoundedSemaphore"] = STEPS["Semaphore"]


def run(module: Any, kind: str, steps: list[tuple[str, tuple[Any, ...]]]) -> list[str]:
    """What each step came to."""
    thing = make(module, kind)
    results = []
    for name, args in steps:
        try:
            value = getattr(thing, name)
            value = value(*args) if callable(value) else value
            plain = type(value) in (bool, int, type(None))
            results.append(f"{name}{args} -> {value if plain else type(value).__name__}")
        except Exception as error:
            words = "" if isinstance(error, TypeError) else str(error)
            results.append(f"{name}{args} raised {type(error).__name__} {words}")
    return results


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(data=st.data())
def test_any_sequence_of_calls_has_the_same_results(kind: str, data: st.DataObject) -> None:
    steps = data.draw(st.lists(STEPS[kind], max_size=12))
    theirs = run(threading, kind, steps)
    for path in PATHS:
        with on_path(path):
            assert run(primitives, kind, steps) == theirs, path
    ours: dict[str, list[str]] = {}

    def scenario() -> None:
        ours["explored"] = run(primitives, kind, steps)

    failure = explore(scenario, time="exact", races="off", max_schedules=1).failure
    assert failure is None or failure.kind == "leaked-lock", failure  # the sequence may end in the middle
    assert ours["explored"] == theirs
