"""Schedules go round: found, printed, parsed and run again on generated programs; what no longer fits is named."""

import os
import re
import threading
import uuid

import pytest
from bad_input import the_next_exploration_works  # noqa: F401  # used by every test
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync_tools import Schedule, explore, replay, run_together, schedules
from sync_tools.drivers.explore import tokens_of
from sync_tools.drivers.runner import Runner
from sync_tools.words.errors import NotDeterministic, ScenarioFailed, TokenMismatch
from sync_tools.words.schedule import Token

TWO_ADDS, OPPOSITE = [["add"], ["add"]], [["a then b"], ["b then a"]]
SHORT = settings(max_examples=60, database=None, deadline=None)

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
DIGESTS = st.text(ALPHABET, min_size=3, max_size=3)
NUMBERS = st.integers(0, 10**6)
DEPARTURES = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=12).map(tuple)
NEAR_DEPARTURES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 12), st.integers(0, 3)), max_size=4).map(tuple)

# Steps of a worker: read or write a cell (0 or 1), hold a lock (2 or 3) around a write, or put a value in a list.
STEPS = st.lists(st.sampled_from(["read", "add", "add both", "lock a", "lock b", "a then b", "b then a"]), max_size=3)
PROGRAMS = st.lists(STEPS, min_size=1, max_size=3)


class Cell:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1


def interpret(program):
    """Run a drawn program; it fails where an update is lost, and in a deadlock."""
    cells = [Cell(), Cell()]
    locks = {"a": threading.Lock(), "b": threading.Lock()}
    additions = [0, 0]

    def add(number):
        additions[number] += 1
        cells[number].add()

    def work(steps):
        for step in steps:
            if step == "read":
                assert cells[0].value >= 0
            elif step == "add":
                add(0)
            elif step == "add both":
                add(0)
                add(1)
            elif step.startswith("lock"):
                with locks[step[-1]]:
                    add(1)
            else:
                with locks[step[0]], locks[step[-1]]:
                    add(1)

    expected = sum(steps.count("add") + steps.count("add both") for steps in program)
    run_together(*[(work, steps) for steps in program])
    assert cells[0].value == expected
    return cells[1].value


# ---- printing and parsing --------------------------------------------------------------------------------------------


@given(scenario=DIGESTS, program=DIGESTS, departures=DEPARTURES)
def test_every_token_is_read_back_as_it_was(scenario, program, departures):
    token = Token(scenario, program, departures)
    text = str(token)
    assert Token.parse(text) == token
    assert str(Token.parse(text)) == text
    assert re.fullmatch(r"[0-9a-z.-]+", text)  # nothing that a shell or a mail program would touch


@given(text=st.text(max_size=20) | st.from_regex(r"[0-9a-z]{2,4}-[0-9a-z]{3}-[0-9a-z.]{0,8}", fullmatch=True))
def test_any_other_text_is_refused_or_is_a_token(text):
    try:
        token = Token.parse(text)
    except TokenMismatch as error:
        assert "is not a schedule token" in str(error)
        assert "Replay line" in str(error)
    else:
        assert Token.parse(str(token)) == token


# ---- generated programs ----------------------------------------------------------------------------------------------


def test_a_failing_schedule_strictly_replayed_fails_in_the_same_way_with_the_same_token():
    kinds = set()

    @given(program=PROGRAMS, schedule=schedules())
    @example(program=TWO_ADDS, schedule=Schedule(((5, 0),)))
    @example(program=OPPOSITE, schedule=Schedule(((4, 0),)))
    @SHORT
    def check(program, schedule):
        try:
            schedule.run(interpret, program)
        except ScenarioFailed as error:
            failure = error.failure
            kinds.add(failure.kind)
            again = replay(interpret, failure.schedule, args=(program,))
            assert again is not None
            assert (again.kind, again.schedule, again.message) == (failure.kind, failure.schedule, failure.message)
            assert (again.steps, again.waiters) == (failure.steps, failure.waiters)

    check()
    assert kinds >= {"assertion", "deadlock"}


def test_the_smallest_failure_replays_and_is_no_larger_than_the_first_found():
    least = set()

    @given(program=PROGRAMS)
    @example(program=TWO_ADDS)
    @example(program=OPPOSITE)
    @settings(SHORT, max_examples=25)
    def check(program):
        found = explore(interpret, args=(program,), max_schedules=200)
        if found.failure is None:
            return
        again = replay(interpret, found.failure.schedule, args=(program,))
        assert again is not None
        assert (again.kind, again.schedule, again.steps) == (
            found.failure.kind,
            found.failure.schedule,
            found.failure.steps,
        )
        assert again.preemptions == found.failure.preemptions
        if found.failure.least and found.failure.preemptions:
            fewer = found.failure.preemptions - 1
            bounded = explore(interpret, args=(program,), strategy="dfs", preemptions=fewer, max_schedules=400)
            assert bounded.failure is None or bounded.failure.kind != found.failure.kind
            if bounded.failure is None and bounded.schedules < 400:  # all of them were run
                least.add(found.failure.kind)

    check()
    assert least >= {"assertion", "deadlock"}


def test_followed_leniently_no_token_is_ever_refused():
    """As after a change of the program, where it fits more or less."""
    kinds = set()

    @given(program=PROGRAMS, departures=NEAR_DEPARTURES)
    @example(program=TWO_ADDS, departures=((1, 6, 2), (1, 99, 2)))
    @example(program=OPPOSITE, departures=((1, 5, 2), (7, 1, 1)))
    @SHORT
    def check(program, departures):
        token = str(Token("000", "000", departures))
        failure = replay(interpret, token, args=(program,), strict=False)
        if failure is not None:
            kinds.add(failure.kind)
            again = replay(interpret, failure.schedule, args=(program,))
            assert (again.kind, again.schedule) == (failure.kind, failure.schedule)

    check()
    assert kinds >= {"assertion", "deadlock"}


HEAD = tokens_of(Runner(interpret))


def test_followed_strictly_a_token_fits_or_its_first_misfit_is_named_with_thread_and_operation():
    said = set()

    @given(program=PROGRAMS, departures=NEAR_DEPARTURES)
    @example(program=TWO_ADDS, departures=((1, 6, 2),))
    @example(program=TWO_ADDS, departures=((1, 6, 3),))
    @example(program=TWO_ADDS, departures=((1, 99, 2),))
    @SHORT
    def check(program, departures):
        try:
            failure = replay(interpret, str(Token(*HEAD, departures)), args=(program,))
        except TokenMismatch as error:
            named = re.search(r"thread (\d+) (stands before its|never came to its) operation (\d+)", str(error))
            assert named, error
            assert any((thread, count) == (int(named[1]), int(named[3])) for thread, count, _ in departures)
            assert "has changed since" in str(error)
            said.add(named[2])
        else:
            said.add(failure and failure.kind)

    check()
    assert said >= {"assertion", "stands before its", "never came to its"}


# ---- the audit -------------------------------------------------------------------------------------------------------


def steps_of(number):
    """Do as much as `number` says, so that another number does something else."""
    cell = Cell()

    def work():
        for _ in range(number):
            cell.add()

    run_together(work, work)


kept = []


def by_the_order_of_a_set():
    kept.append([Cell() for _ in range(1 + len(kept) % 5)])  # so that addresses differ from run to run
    first = sorted({Cell() for _ in range(6)}, key=id)
    order = [first.index(cell) for cell in set(first)]
    kept.append(first)
    steps_of(1 + hash(tuple(order)) % 97)


def by_an_address():
    kept.append(Cell())
    steps_of(1 + id(kept[-1]) // 16 % 97)


def by_a_clock_that_is_not_patched():
    steps_of(1 + uuid.uuid1().time % 97)  # its clock is read in C


def by_random_bytes_of_the_system():
    steps_of(1 + int.from_bytes(os.urandom(4), "big") % 97)


@pytest.mark.parametrize(
    "scenario", [by_the_order_of_a_set, by_an_address, by_a_clock_that_is_not_patched, by_random_bytes_of_the_system]
)
def test_what_no_schedule_decides_is_called_not_deterministic_with_the_first_difference(scenario):
    kept.clear()
    said = ""
    for _ in range(20):  # by chance two runs may do the same, and then another message comes later
        try:
            explore(scenario, max_schedules=1)
        except NotDeterministic as error:
            said = str(error)
            assert said.startswith("is the scenario fully deterministic?")
            if re.search(r"did '.+' in thread \d once, and now '.+' in thread \d", said):
                break
    else:
        pytest.fail(f"no difference was named; the last message: {said}")
    kept.clear()
    assert "the order of a set, id(), the wall clock, an unseeded random generator" in said
