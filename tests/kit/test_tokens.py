"""Schedule tokens: print, parse, replay, compare; the same on every Python."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_tools import explore, replay, run_together
from sync_tools.words.errors import NotDeterministic, TokenMismatch
from sync_tools.words.schedule import Token, digest

NUMBERS = st.integers(0, 800)
DEPARTURES = st.lists(st.tuples(NUMBERS, st.integers(1, 10_000), NUMBERS), max_size=8).map(tuple)


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1


def lost_update():
    counter = Counter()
    run_together(counter.increment, counter.increment)
    assert counter.value == 2


def another_scenario():
    counter = Counter()
    run_together(counter.increment, counter.increment, counter.increment)
    assert counter.value == 3


@given(departures=DEPARTURES, text=st.text())
def test_a_token_survives_printing_and_parsing(departures, text):
    token = Token(digest(text), digest(text[::-1]), departures)
    assert Token.parse(f"  {str(token).upper()}\n") == token


def test_line_ends_do_not_change_a_digest():
    assert digest("a\nb\n") == digest("a\r\nb\r\n")


@pytest.mark.parametrize("text", ["", "x", "abc-def", "abc-def-", "abc-def-b2", "abc-def-b2c.", "ill-egl-b2c", "a b"])
def test_what_is_no_token_is_refused(text):
    with pytest.raises(TokenMismatch, match="is not a schedule token"):
        replay(lost_update, text)


def test_the_same_token_is_found_every_time_and_on_every_python():
    tokens = {explore(lost_update).failure.schedule.rpartition("-")[2] for _ in range(5)}
    assert tokens == {"b2c"}


def test_replaying_a_token_shows_the_same_failure():
    failure = explore(lost_update).failure
    again = replay(lost_update, failure.schedule)
    assert (again.kind, again.schedule, again.steps) == (failure.kind, failure.schedule, failure.steps)


def test_a_token_of_another_scenario_is_refused_by_name():
    token = explore(lost_update).failure.schedule
    with pytest.raises(TokenMismatch, match="belongs to another scenario than another_scenario"):
        replay(another_scenario, token)


def test_a_token_that_does_not_fit_names_the_first_divergence_and_can_be_followed_leniently():
    scenario, program, _ = explore(lost_update).failure.schedule.split("-")
    misfit = f"{scenario}-{program}-b2c.c77b"
    with pytest.raises(TokenMismatch, match="thread 2 never came to its operation 77"):
        replay(lost_update, misfit)
    assert replay(lost_update, misfit, strict=False).kind == "assertion"


LEFT_BEHIND = []


def leaves_something_behind():
    LEFT_BEHIND.append(1)
    counter = Counter()
    if len(LEFT_BEHIND) % 2:
        counter.value = 5
    run_together(counter.increment, *[counter.increment] * (len(LEFT_BEHIND) % 2 + 1))


def test_a_scenario_that_remembers_the_schedule_before_is_named():
    with pytest.raises(NotDeterministic, match="is the scenario fully deterministic"):
        explore(leaves_something_behind)
