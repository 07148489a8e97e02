"""Data races beside the verdict: none where synchronization orders the accesses, each pair of lines once where not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import ordered_by_passing  # noqa: F401  # adds to ORDERED
import pytest
from corpus.table import BUDGET, Program, programs
from ordered_programs import ORDERED
from racing_programs import RACING, Sides

from sync_tools import explore, run_together
from sync_tools.words.errors import UserError
from sync_tools.words.failure import Race, RacingAccess

pytestmark = pytest.mark.once


def side(access: RacingAccess) -> str:
    """An access as racing_programs.py writes it."""
    return f"{access.operation}: {access.site.source}" + (f" | {', '.join(access.held)}" if access.held else "")


def sides(race: Race) -> Sides:
    return (race.target, *sorted((side(race.first), side(race.second))))  # type: ignore[return-value]


# ---- none where synchronization orders the accesses ------------------------------------------------------------------


HOMES = ("ordered_programs", "ordered_by_passing")  # of the programs, and of what they share


@pytest.mark.parametrize("name", [*ORDERED])
def test_ordered_accesses_are_no_race(name):
    found = explore(ORDERED[name], stop="never", instrument=HOMES)
    assert [str(race) for race in found.races] == []
    assert (found.outcome, found.complete, found.failure) == ("passed", True, None)
    assert found.operations > found.schedules  # there was something to look at


# ---- and those that there are ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RACING)
def test_a_race_is_named_by_its_two_accesses_and_the_locks_that_each_held(name):
    program, expected = RACING[name]
    found = explore(program, stop="never")
    assert {sides(race) for race in found.races} == expected
    assert (found.outcome, found.complete) == ("passed", True)  # a race is no verdict


@pytest.mark.parametrize("name", RACING)
def test_no_pair_of_accesses_is_reported_twice(name):
    races = [sides(race) for race in explore(RACING[name][0], stop="never").races]
    assert len(races) == len(set(races)) > 0


def whole(races: Iterable[Sides]) -> set[Sides]:
    """Races of a container and one of its elements are named after either, whichever came second."""
    return {(target.partition("[")[0], *rest) for target, *rest in races}  # type: ignore[misc]


@pytest.mark.parametrize("name", RACING)
def test_the_samplers_and_the_plain_search_find_no_other_races(name):
    program, expected = RACING[name]
    literal = explore(program, stop="never", strategy="dfs")
    assert whole(map(sides, literal.races)) == whole(expected)
    for sampler in ("random", "pos"):
        sampled = explore(program, stop="never", strategy=sampler, max_schedules=40)
        assert set() < whole(map(sides, sampled.races)) <= whole(expected)


def test_a_race_is_told_in_one_line():
    [race] = explore(RACING["an_append_beside_a_len"][0], stop="never").races
    first, second = (f"{access.operation} at {access.site.short()}" for access in (race.first, race.second))
    assert str(race) == f"items: worker-1 ({first}, holding no lock) and worker-2 ({second}, holding no lock)"
    assert race.first.site.file.endswith("racing_programs.py")


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self):
        self.value += 1

    def add_locked(self):
        with self.lock:
            self.value += 1


def half_locked():
    counter = Counter()
    run_together(counter.add, counter.add_locked)
    assert counter.value == 2


def test_races_are_reported_beside_a_failure():
    found = explore(half_locked)
    assert (found.outcome, found.failure.kind) == ("failed", "assertion")
    assert {access.held for race in found.races for access in (race.first, race.second)} == {(), ("Counter.lock",)}


@pytest.mark.parametrize("strategy", ["auto", "dfs", "random"])
def test_races_off_reports_none(strategy):
    program, _ = RACING["a_counter"]
    assert explore(program, strategy=strategy, max_schedules=20).races
    assert explore(program, races="off", strategy=strategy, max_schedules=20).races == ()


@pytest.mark.parametrize("stop", ["first", "never"])
def test_races_fail_makes_the_first_race_a_failure(stop):
    program, _ = RACING["a_counter"]
    found = explore(program, races="fail", stop=stop)
    assert (found.outcome, found.failure.kind) == ("failed", "data-race")


@pytest.mark.parametrize("name", ["a_lock_in_a_with_statement", "two_threads_that_append"])
def test_races_fail_passes_what_has_none(name):
    found = explore(ORDERED[name], races="fail", instrument=HOMES)
    assert (found.outcome, found.complete, found.failure) == ("passed", True, None)


def test_what_races_may_be_is_said():
    with pytest.raises(UserError, match=r"races='warn'.*'report', 'fail' or 'off'"):
        explore(half_locked, races="warn")


@pytest.mark.parametrize("name", ["a_flag_waited_for", "two_locks", "an_object_published_without_synchronization"])
def test_the_same_races_are_reported_in_the_same_order_each_time(name):
    program, _ = RACING[name]
    once = explore(program, stop="never").races
    assert len(once) > 1
    assert once == explore(program, stop="never").races


# ---- the corpus ------------------------------------------------------------------------------------------------------

# Right programs in which some accesses are ordered by no synchronization, and why they are right all the same. All
# others must report nothing.
KNOWN = {
    "cached_property_of_a_constant": "whichever value is kept, it is the same",
    "constructor_publishes_last": "the list is the channel: what is in it was finished before",
    "double_checked_publishes_last": "the unlocked look of double-checked locking, done right",
    "double_checked_twice": "the unlocked look of double-checked locking, done right",
    "event_cleared_before_the_look": "mail is looked for without a lock, and looked for again",
    "iterate_over_a_copy": "list(d) is one step, before or after the new key",
    "memo_by_setdefault": "an unlocked look, then setdefault decides",
    "once_flag_after_the_work": "the unlocked look of double-checked locking, done right",
    "pair_in_one_tuple": "both values are in one variable, replaced at once",
    "peterson": "mutual exclusion by plain variables is made of races",
    "remove_from_a_new_list": "a new list replaces the old one at once",
    "spin_on_a_flag": "the flag is a plain variable",
    "spin_with_sleep": "the flag is a plain variable",
    "starts_counted_before_the_start": "the count is polled without the lock",
    "stop_flag_by_event": "the flag is a plain variable",
}
RIGHT = [program for program in programs() if program.is_right]


@pytest.mark.parametrize("program", RIGHT, ids=lambda program: program.path.stem)
def test_of_right_programs_those_with_a_race_are_known(program: Program) -> None:
    with program.loaded() as module:
        found = explore(module.scenario, max_schedules=BUDGET)
    assert (found.outcome, found.complete) == ("passed", True)
    assert [str(race) for race in found.races] == [] or program.path.stem in KNOWN


@pytest.mark.parametrize("name", KNOWN)
def test_the_known_races_of_right_programs_are_reported(name: str) -> None:
    [program] = [program for program in RIGHT if program.path.stem == name]
    with program.loaded() as module:
        assert explore(module.scenario, max_schedules=BUDGET).races


WHERE = """
import sys
sys.path.insert(0, {kit!r})
from corpus.table import programs
from sync_tools import explore
[program] = [program for program in programs() if program.title == "right/starts_counted_before_the_start"]
with program.loaded() as module:
    print(*sorted(map(str, explore(module.scenario).races)), sep="\\n")
"""


def test_the_races_of_a_polling_loop_do_not_depend_on_the_order_of_a_set():
    kit = Path(__file__).parent
    told = set()
    for seed in range(4):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(kit.parents[1])}
        command = [sys.executable, "-c", WHERE.format(kit=str(kit))]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        told.add(done.stdout)
    assert len(told) == 1
    assert told.pop().count("\n") == 2
