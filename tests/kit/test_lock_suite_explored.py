"""CPython's own conformance suite for locks, in the explored world: on its models, and on the instrumented ones.

The suite measures: a wait of half a second must take about half a second, and whoever sleeps counts on all others to
get as far as they can. That is what ``time="exact"`` promises, where the clock moves only once nobody can run. With
``time="any"`` a program may not count on it: a sleep synchronizes nothing, and a wait may time out at any moment.
Under exact time each case must pass in every schedule, so besides the first one a few random ones are run. The suite
itself is rewritten, so that its threads can be switched between any two of its accesses to what they share.
"""

from __future__ import annotations

import contextlib
import functools
import re
import threading
import unittest
from collections.abc import Callable
from typing import Any

import pytest
import wrong_primitives as wrong

from sync_tools import explore, primitives

lock_tests = pytest.importorskip("test.lock_tests", reason="this Python was built without its `test` package")

SUITES = {
    lock_tests.LockTests: ("locktype", "Lock"),
    lock_tests.RLockTests: ("locktype", "RLock"),
    lock_tests.EventTests: ("eventtype", "Event"),
    lock_tests.ConditionTests: ("condtype", "Condition"),
    lock_tests.SemaphoreTests: ("semtype", "Semaphore"),
    lock_tests.BoundedSemaphoreTests: ("semtype", "BoundedSemaphore"),
    lock_tests.BarrierTests: ("barriertype", "Barrier"),
}
SKIPPED = {
    (lock_tests.LockTests, "test_at_fork_reinit"): "for processes: no scenario can fork",
    (lock_tests.EventTests, "test_at_fork_reinit"): "for processes, and about the lock inside of the library's Event",
}
UNDER_TEST: dict[str, tuple[Any, Callable[[], Any]]] = {
    "threading": (threading, contextlib.nullcontext),
    "instrumented": (primitives, contextlib.nullcontext),
    "recorded": (primitives, lambda: primitives.recording(capacity=1000)),
}
SEARCHES = [{"strategy": "dfs", "max_schedules": 1}, {"strategy": "random", "max_schedules": 3}]


@pytest.fixture(autouse=True)
def _no_watch_over_os_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite waits, in real time, until no more OS threads run than before; in a scenario there are none.

    A wait that a schedule leaves half-way would go on when the garbage collector closes it, for a minute each.
    """
    monkeypatch.setattr(lock_tests.threading_helper, "wait_threads_exit", lambda timeout=None: contextlib.nullcontext())


def _made_by(module: Any, name: str) -> Any:
    """A factory that looks `name` up when it is called: inside of a scenario, that is the world's."""
    return staticmethod(lambda *args, **kwargs: getattr(module, name)(*args, **kwargs))


def _cases() -> list[Any]:
    cases = []
    for label, (module, surroundings) in UNDER_TEST.items():
        for base, (attribute, name) in SUITES.items():
            kind = type(base.__name__, (base,), {attribute: _made_by(module, name)})
            for method in unittest.TestLoader().getTestCaseNames(kind):
                reason = SKIPPED.get((base, method))
                marks = [] if reason is None else [pytest.mark.skip(reason=reason)]
                make = functools.partial(kind, method)
                cases.append(pytest.param(make, surroundings, id=f"{label}-{name}-{method}", marks=marks))
    return cases


def run_case(make: Callable[[], unittest.TestCase]) -> str:
    try:
        make().debug()
    except unittest.SkipTest as skipped:
        return f"skipped: {skipped}"
    return "passed"


@pytest.mark.parametrize(("make", "surroundings"), _cases())
def test_conforms_when_explored(make: Callable[[], unittest.TestCase], surroundings: Callable[[], Any]) -> None:
    for search in SEARCHES:
        with surroundings():
            done = explore(run_case, args=[make], time="exact", instrument=["test.lock_tests"], **search)
        if done.failure is not None:
            pytest.fail(done.failure.report(), pytrace=False)
        (result,) = done.results
        if result != "passed":
            pytest.skip(result)


# Their messages, of Python 3.10 and of later ones, whose suite gives up after a while in which nothing happens.
@pytest.mark.parametrize(
    ("suite", "attribute", "kind", "method", "message"),
    [
        (lock_tests.RLockTests, "locktype", wrong.LockForAnybody, "test__is_owned", "True is not false"),
        (lock_tests.LockTests, "locktype", wrong.ImpatientLock, "test_timeout", "not greater than or equal to 0.3"),
        (lock_tests.EventTests, "eventtype", wrong.EventLookedAtAgain, "test_set_and_clear", "Lists differ|timeout"),
        (lock_tests.ConditionTests, "condtype", wrong.ConditionThatWakesAll, "test_notify", "Lists differ|timeout"),
        (lock_tests.SemaphoreTests, "semtype", wrong.SemaphoreWithoutEnd, "test_try_acquire_contended", "Lists differ"),
        (lock_tests.BarrierTests, "barriertype", wrong.BarrierForOneLess, "test_barrier", "4 != 5"),
    ],
)
def test_a_wrong_primitive_does_not_conform(suite: Any, attribute: str, kind: Any, method: str, message: str) -> None:
    case = functools.partial(type(suite.__name__, (suite,), {attribute: staticmethod(kind)}), method)
    done = explore(run_case, args=[case], time="exact", instrument=["test.lock_tests"], max_schedules=1)
    assert done.failure is not None
    assert re.search(message, f"{done.failure.message}\n{done.failure.traceback}")
