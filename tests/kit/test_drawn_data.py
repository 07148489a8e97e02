"""Inputs that hypothesis draws for explored tests: hundreds of failing ones are compared, and one is shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explore, explored, run_together
from sync_tools.drivers.decorators import subscribe
from sync_tools.words.errors import ScenarioFailed

pytestmark = pytest.mark.once


class Till:
    def __init__(self):
        self.total = 0

    def add(self, amount):
        self.total += amount


@settings(database=None, derandomize=True, deadline=None)
@given(amounts=st.lists(st.integers(1, 50), min_size=3, max_size=5))
@explored
def whatever_is_added(amounts):
    till = Till()
    run_together(*[(till.add, amount) for amount in amounts])
    assert till.total == sum(amounts)


def test_only_the_example_that_is_shown_has_its_schedule_made_smaller():
    seen = []
    unsubscribe = subscribe(seen.append)
    try:
        with pytest.raises(ScenarioFailed) as caught:
            whatever_is_added()
    finally:
        unsubscribe()
    failing = [result.failure for result in seen if result.failure is not None]
    assert len(failing) > 3, "hypothesis has looked for smaller examples"
    assert [failure.least for failure in failing] == [False] * (len(failing) - 1) + [True]
    assert caught.value.failure == failing[-1]
    assert caught.value.failure.preemptions == 1


def test_a_failure_that_is_not_made_smaller_is_the_schedule_that_was_found():
    def two_additions():
        till = Till()
        run_together((till.add, 1), (till.add, 2))
        assert till.total == 3

    shown = explore(two_additions, smallest=False)
    smallest = explore(two_additions)
    assert not shown.failure.least and smallest.failure.least
    assert (shown.failure.kind, shown.schedules) == (smallest.failure.kind, smallest.schedules)
    assert "the least" not in shown.failure.report() and "the least" in smallest.failure.report()


def test_an_error_is_written_out_as_its_report():
    def one_addition():
        raise ValueError("nothing to add")

    failure = explore(one_addition).failure
    assert str(ScenarioFailed(failure)) == failure.report()
