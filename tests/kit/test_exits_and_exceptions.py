"""sys.exit and exceptions: in the scenario itself, and in a thread that nobody asks for its outcome."""

import sys

import pytest
from bad_input import (
    beside,
    the_next_exploration_works,  # noqa: F401  # used by every test
)

from sync_tools import explore, stress


@pytest.mark.parametrize("drive", [explore, stress])
def test_sys_exit_in_the_scenario_itself_is_a_failure(drive):
    failure = drive(lambda: sys.exit(3)).failure
    assert failure.kind == "exception"
    assert failure.message.startswith("SystemExit")
    assert failure.failing_thread == 0


@pytest.mark.parametrize("drive", [explore, stress])
def test_sys_exit_in_a_thread_ends_just_that_thread(drive):
    scenario = beside(lambda: sys.exit(3))
    few = {"rounds": 5} if drive is stress else {}
    assert drive(scenario, instrument=[__name__], **few).outcome == "passed"


@pytest.mark.parametrize("drive", [explore, stress])
@pytest.mark.parametrize("error", [KeyError("gone"), KeyboardInterrupt("typed")], ids=repr)
def test_an_exception_in_a_thread_is_a_failure_though_nobody_asks_for_it(drive, error):
    def work():
        raise error

    failure = drive(beside(work), instrument=[__name__]).failure
    assert failure.kind == "exception"
    assert failure.message.startswith(type(error).__name__)
    assert failure.failing_thread == 1
    assert "raise error" in failure.traceback
