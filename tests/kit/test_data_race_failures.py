"""A data race as a failure of its own: both sides, the locks that each held, and a token that shows it again."""

import threading

import pytest
from programs_of_verdicts import Counter

from sync_tools import replay, run_together
from sync_tools.drivers.choosing import strategy_for
from sync_tools.drivers.explore import tokens_of
from sync_tools.drivers.racing import RaceWatch, build_race_failure
from sync_tools.drivers.runner import Runner
from sync_tools.drivers.shrink import departures_of
from sync_tools.words.schedule import Token
from sync_tools.words.telling import Telling

# ---- data race ------------------------------------------------------------------------------------------------------


def first_race(scenario):
    """The failure of the first data race that a search comes to."""
    runner = Runner(scenario)
    search = strategy_for("dpor", None, 0, "any", "first")
    watch = RaceWatch(runner, search)
    with runner.open():
        while watch.first is None and search.begin():
            run = runner.run(search)
            search.end(run.world)
            watch.look(run)
            run.world.forget()
        if watch.first is None:
            return None
        token = str(Token(*tokens_of(runner), departures_of(watch.first)))
        return build_race_failure(watch.first, watch.pair, Telling("it"), token=token, found_on=watch.first_on)


def looking(locked):
    def scenario():
        lock, counter = threading.Lock(), Counter()

        def write():
            with lock:
                counter.value = 1

        def look():
            if locked:
                with lock:
                    return counter.value
            return counter.value

        run_together(write, look)

    return scenario


def test_a_data_race_names_both_sides_and_the_lock_that_only_one_of_them_held():
    failure = first_race(looking(locked=False))
    assert (failure.kind, failure.bug_class) == ("data-race", "data race")
    assert failure.message.startswith("Counter.value: nothing orders T1's write at test_data_race_failures.py:")
    assert failure.why == (
        "T1 held lock; T2 held no lock, so that one keeps nobody out.",
        "No lock, join, signal or queue orders #1 before #2: either may come first, in another schedule.",
    )
    assert [(step.thread, step.operation) for step in failure.steps] == [(1, "write"), (2, "read")]


def test_accesses_under_one_lock_are_no_data_race():
    assert first_race(looking(locked=True)) is None


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ((False, False), "Neither thread held a lock."),
        ((True, True), "T1 held one and T2 held other: no lock in common."),
    ],
)
def test_a_data_race_says_what_is_missing(held, said):
    def scenario():
        one, other, counter = threading.Lock(), threading.Lock(), Counter()

        def write(lock, lock_it):
            if lock_it:
                with lock:
                    counter.value = 1
            else:
                counter.value = 1

        run_together((write, one, held[0]), (write, other, held[1]))

    assert first_race(scenario).why[0] == said


def test_the_token_of_a_data_race_shows_it_again_where_races_are_failures():
    scenario = looking(locked=False)
    failure = first_race(scenario)
    assert replay(scenario, failure.schedule) is None
    again = replay(scenario, failure.schedule, races="fail", name="it")
    assert again == failure
    assert f'replay(it, "{failure.schedule}", races="fail")' in again.report()
