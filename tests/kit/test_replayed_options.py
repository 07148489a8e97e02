"""A schedule is run again with what it depends on besides its scenario: seed, time, instrumented packages."""

from __future__ import annotations

import random
import time

from sync_tools import explore, explored, replay, run_together
from sync_tools.words.errors import ScenarioFailed


def drawn():
    assert random.randint(0, 1000) == -1, f"drew {random.randint(0, 1000)}"


def measured():
    began = time.monotonic()
    run_together((time.sleep, 3), (time.sleep, 5))
    assert time.monotonic() - began == 4, f"took {time.monotonic() - began}"


def test_the_same_seed_draws_the_same():
    failure = explore(drawn, seed=7).failure
    assert replay(drawn, failure.schedule, seed=7).message == failure.message
    assert replay(drawn, failure.schedule).message != failure.message


def test_exact_time_is_exact_again():
    failure = explore(measured, time="exact").failure
    assert failure.message.startswith("took 5.0")
    assert replay(measured, failure.schedule, time="exact").message == failure.message


def test_the_replay_line_of_a_test_names_its_options():
    @explored(seed=7)
    def drawing():
        drawn()

    try:
        drawing()
    except ScenarioFailed as error:
        token = error.failure.schedule
        assert f'replay(drawing, "{token}", seed=7)' in str(error)
    else:
        raise AssertionError("it passed")
