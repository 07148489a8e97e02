"""CPython's own conformance suite for locks, run against the instrumented ones, unrecorded and recorded."""

from __future__ import annotations

import unittest
from collections.abc import Iterator

import pytest

from sync_tools import primitives

lock_tests = pytest.importorskip("test.lock_tests", reason="this Python was built without its `test` package")


@pytest.fixture(autouse=True, params=["plain", pytest.param("recorded", marks=pytest.mark.once)])
def _recorded(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.param == "plain":
        yield
    else:
        with primitives.recording(capacity=1000):
            yield


SUITES = {
    lock_tests.LockTests: {"locktype": primitives.Lock},
    lock_tests.RLockTests: {"locktype": primitives.RLock},
    lock_tests.EventTests: {"eventtype": primitives.Event},
    lock_tests.ConditionTests: {"condtype": primitives.Condition},
    lock_tests.SemaphoreTests: {"semtype": primitives.Semaphore},
    lock_tests.BoundedSemaphoreTests: {"semtype": primitives.BoundedSemaphore},
    lock_tests.BarrierTests: {"barriertype": primitives.Barrier},
}


def _cases() -> list[unittest.TestCase]:
    cases = []
    for base, under_test in SUITES.items():
        kind = type(base.__name__, (base,), {name: staticmethod(value) for name, value in under_test.items()})
        cases += [kind(name) for name in unittest.TestLoader().getTestCaseNames(kind)]
    return cases


@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{type(case).__name__}.{case._testMethodName}")
def test_conforms(case: unittest.TestCase) -> None:
    result = unittest.TestResult()
    case.run(result)
    for _, text in result.errors + result.failures:
        pytest.fail(text, pytrace=False)
    for _, reason in result.skipped:
        pytest.skip(reason)
    assert result.testsRun == 1
