"""CPython's own conformance suite for locks, in the explored world: on its models, and on the instrumented ones.

The suite measures: a wait of half a second must take half a second, and whoever sleeps counts on all others to get as
far as they can. That is what ``time="exact"`` promises, where the clock moves only once nobody can run. With
``time="any"`` each such assertion is refuted, and rightly: a sleep synchronizes nothing. Under exact time every
schedule must pass, so besides the first one of the complete search a few random ones are run.
"""

from __future__ import annotations

import _thread
import functools
import threading
import unittest
from collections.abc import Callable
from typing import Any

import pytest

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
SEARCHES = [{"strategy": "dfs", "max_schedules": 1}, {"strategy": "random", "max_schedules": 3}]


@pytest.fixture(autouse=True)
def _late_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite took hold of this function when it was imported, before any scenario."""
    monkeypatch.setattr(lock_tests, "start_new_thread", lambda *args: _thread.start_new_thread(*args))


def _made_by(module: Any, name: str) -> Callable[..., Any]:
    return staticmethod(lambda *args, **kwargs: getattr(module, name)(*args, **kwargs))


def _cases() -> list[Any]:
    cases = []
    for module in (threading, primitives):
        for base, (attribute, name) in SUITES.items():
            kind = type(base.__name__, (base,), {attribute: _made_by(module, name)})
            label = f"{module.__name__.rpartition('.')[2]}.{name}"
            for method in unittest.TestLoader().getTestCaseNames(kind):
                reason = SKIPPED.get((base, method))
                marks = [] if reason is None else [pytest.mark.skip(reason=reason)]
                cases.append(pytest.param(functools.partial(kind, method), id=f"{label}-{method}", marks=marks))
    return cases


def run_case(make: Callable[[], unittest.TestCase]) -> str:
    try:
        make().debug()
    except unittest.SkipTest as skipped:
        return f"skipped: {skipped}"
    return "passed"


@pytest.mark.parametrize("make", _cases())
def test_conforms_when_explored(make: Callable[[], unittest.TestCase]) -> None:
    for search in SEARCHES:
        done = explore(run_case, args=[make], time="exact", **search)
        if done.failure is not None:
            pytest.fail(done.failure.report(), pytrace=False)
        assert done.schedules == search["max_schedules"] or done.outcome == "passed"
        (result,) = done.results
        if result != "passed":
            pytest.skip(result)
