"""What the page of a failure derives from the steps: who held which lock, who waited, what the variables held."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lab_failures import SLUGS, shipped_failure
from sample_failures import CASES, INCREMENT, LOST_UPDATE, MAIN_WAITS, bank, step

from sync_tools.presentation.page_tracks import Bar, Wait, lock_bars, variables, waits
from sync_tools.words.failure import Failure, Waiter

pytestmark = pytest.mark.once

ALL = {**{name: lambda name=name: CASES[name] for name in CASES}, **{s: lambda s=s: shipped_failure(s) for s in SLUGS}}


def of_steps(*steps, **more) -> Failure:
    """A failure with these steps, numbered."""
    numbered = tuple(replace(each, number=number) for number, each in enumerate(steps, 1))
    return replace(LOST_UPDATE, steps=numbered, why=(), conflict=(), **more)


def did(thread, operation, target, value=None, **more):
    return step(0, thread, operation, target, value, INCREMENT, **more)


def track(failure, name):
    (found,) = [track for track in variables(failure) if track.name == name]
    return found


def values(failure, name):
    """What is known of a variable before the first step, and after each."""
    found = track(failure, name)
    return [", then ".join([str(value), *since]) for value, since in map(found.after, range(len(failure.steps) + 1))]


# ---- locks ----


@pytest.mark.parametrize("name", ALL)
def test_bars_say_of_each_step_which_locks_its_thread_held(name):
    failure = ALL[name]()
    bars = lock_bars(failure)
    # What is only known to be held at the end may have been taken after the last step.
    known = [bar for bar in bars if not bar.unseen or bar.begin < len(failure.steps)]
    for each in failure.steps:
        held = {bar.lock for bar in known if bar.thread == each.thread and bar.covers(each.number)}
        assert held == set(each.held), each


@pytest.mark.parametrize("name", ALL)
def test_at_the_end_everybody_who_waits_holds_what_the_report_says(name):
    failure = ALL[name]()
    last = failure.steps[-1].number if failure.steps else 0
    for waiter in failure.waiters:
        held = {bar.lock for bar in lock_bars(failure) if bar.thread == waiter.thread and bar.covers(last)}
        assert {lock for lock, _ in waiter.holds} <= held


def test_a_bar_goes_from_taking_a_lock_to_giving_it_back():
    failure = of_steps(
        did(1, "acquire", "lock", held=("lock",)),
        did(2, "read", "hits", "0"),
        did(1, "release", "lock"),
        did(2, "acquire", "lock", held=("lock",)),
    )
    assert lock_bars(failure) == [Bar(1, "lock", 1, 3), Bar(2, "lock", 4, None)]


def test_a_lock_that_only_one_thread_ever_takes_is_held_as_long_as_its_steps_say():
    failure = of_steps(
        did(1, "read", "hits", "0", held=("mine",)),
        did(1, "write", "hits", "1", held=("mine",)),
        did(2, "read", "hits", "1"),
    )
    assert lock_bars(failure) == [Bar(1, "mine", 1, 3, unseen=True)]


def test_a_lock_is_given_back_while_its_thread_waits_on_the_condition():
    failure = CASES["lost-wakeup"]
    assert lock_bars(failure) == [Bar(2, "lock", 1, 3), Bar(1, "lock", 4, 5)]


def test_without_any_step_the_waiters_say_who_holds_what():
    assert lock_bars(CASES["self-deadlock"]) == [Bar(1, "a.lock", 0, None, unseen=True)]
    assert lock_bars(CASES["leaked-lock"]) == [Bar(2, "a.lock", 0, None, unseen=True)]


# ---- waits ----


def waits_of(failure):
    return waits(failure, lock_bars(failure))


def test_who_takes_a_lock_had_to_wait_while_another_held_it():
    failure = of_steps(
        did(2, "read", "hits", "0"),
        did(1, "acquire", "lock", held=("lock",)),
        did(1, "write", "hits", "1", held=("lock",)),
        did(1, "release", "lock"),
        did(1, "read", "hits", "1"),
        did(2, "acquire", "lock", held=("lock",)),
    )
    assert waits_of(failure) == [Wait(2, "lock", 2, 4, holder=1)]


def test_of_a_thread_that_has_not_begun_nobody_says_that_it_waits():
    failure = of_steps(
        did(1, "acquire", "lock", held=("lock",)), did(1, "release", "lock"), did(2, "acquire", "lock", held=("lock",))
    )
    assert waits_of(failure) == []


def test_a_wait_that_is_given_up_is_a_wait_until_then():
    failure = of_steps(
        did(2, "read", "hits", "0"),
        did(1, "acquire", "lock", held=("lock",)),
        did(2, "acquire", "lock", note="timed out"),
    )
    assert waits_of(failure) == [Wait(2, "lock", 2, 3, holder=1)]


def test_who_waits_on_a_condition_waits_until_it_wakes_up():
    failure = of_steps(
        did(1, "wait", "changed"),
        did(2, "notify", "changed"),
        did(2, "read", "hits", "0"),
        did(1, "wake up", "changed"),
    )
    assert waits_of(failure) == [Wait(1, "changed", 1, 4, operation="wait")]


def test_who_waits_for_an_event_waits_until_it_is_set():
    failure = of_steps(
        did(1, "read", "hits", "0"),
        did(2, "set", "ready"),
        did(2, "read", "hits", "0"),
        did(1, "wait", "ready", reads=True),
    )
    assert waits_of(failure) == [Wait(1, "ready", 1, 2, operation="wait")]
    already = of_steps(did(2, "set", "ready"), did(1, "read", "hits", "0"), did(1, "wait", "ready", reads=True))
    assert waits_of(already) == []


def test_who_waits_for_ever_does_so_from_when_another_took_what_it_wants():
    circle = (
        MAIN_WAITS,
        Waiter(1, "acquire", "b.lock", bank(21), 2, bank(20), (("a.lock", bank(20)),)),
        Waiter(2, "acquire", "a.lock", bank(21), 1, bank(20), (("b.lock", bank(20)),)),
    )
    failure = of_steps(
        did(1, "acquire", "a.lock", held=("a.lock",)), did(2, "acquire", "b.lock", held=("b.lock",)), waiters=circle
    )
    assert waits_of(failure) == [
        Wait(0, "worker-1", 2, None, holder=1, operation="join"),
        Wait(1, "b.lock", 2, None, holder=2),
        Wait(2, "a.lock", 2, None, holder=1),
    ]


@pytest.mark.parametrize("name", ALL)
def test_nobody_makes_a_step_while_it_waits(name):
    failure = ALL[name]()
    for wait in waits_of(failure):
        own = {each.number for each in failure.steps if each.thread == wait.thread}
        end = len(failure.steps) + 1 if wait.end is None else wait.end
        assert own & set(range(wait.begin + 1, end)) == set()


# ---- variables ----


@pytest.mark.parametrize("name", ALL)
def test_after_a_read_or_a_write_the_value_is_what_the_step_says(name):
    failure = ALL[name]()
    tracks = {each.name: each for each in variables(failure)}
    checked = 0
    for each in failure.steps:
        if each.operation in ("read", "write") and each.value is not None and each.target in tracks:
            assert tracks[each.target].after(each.number) == (each.value, ())
            checked += 1
    assert checked == sum(each.operation in ("read", "write") and each.value is not None for each in failure.steps)


def test_what_is_read_first_was_there_before():
    assert values(LOST_UPDATE, "Counter.hits") == ["0", "0", "0", "1", "1", "1", "1"]


def test_what_is_written_first_is_not_known_before():
    assert values(of_steps(did(1, "write", "hits", "1"), did(2, "read", "hits", "1")), "hits") == ["None", "1", "1"]


def test_a_method_of_a_container_is_said_until_its_content_is_seen_again():
    failure = of_steps(
        did(1, "sum", "Account._bookings", "[100]", reads=True),
        did(1, "append", "Account._bookings", "-80"),
        did(2, "append", "Account._bookings", "-80"),
        did(2, "len", "Account._bookings", "[100, -80, -80]", reads=True),
    )
    seen = ["[100]", "[100]", "[100], then append -80", "[100], then append -80, then append -80", "[100, -80, -80]"]
    assert values(failure, "Account._bookings") == seen


def test_an_element_and_its_container_are_told_of_each_other():
    failure = of_steps(
        did(1, "sorted", "Bank._balances", "{'rent': 60}", reads=True),
        did(1, "write", "Bank._balances['rent']", "50"),
        did(2, "clear", "Bank._balances"),
        did(2, "look in", "Bank._balances['rent']", "False", reads=True),
    )
    rent = values(failure, "Bank._balances['rent']")
    assert rent == ["None", "None", "50", "None", "None"]
    assert values(failure, "Bank._balances")[2:4] == [
        "{'rent': 60}, then ['rent'] = 50",
        "{'rent': 60}, then ['rent'] = 50, then clear",
    ]


def test_what_a_look_says_is_no_value():
    failure = of_steps(did(1, "look in", "seats['A1']", "False", reads=True), did(1, "write", "seats['A1']", "'ada'"))
    assert values(failure, "seats['A1']") == ["None", "None", "'ada'"]


def test_a_long_list_of_changes_keeps_the_last_ones():
    failure = of_steps(*(did(1, "append", "items", str(number)) for number in range(9)))
    assert values(failure, "items")[-1] == "None, then ..., then append 6, then append 7, then append 8"


def test_several_objects_of_one_name_are_seen_by_a_read_that_does_not_fit():
    one = of_steps(did(1, "write", "Account.balance", "70"), did(2, "read", "Account.balance", "100"))
    assert track(one, "Account.balance").several
    assert not track(LOST_UPDATE, "Counter.hits").several


def test_an_event_is_a_variable_that_is_set_or_not():
    failure = of_steps(did(1, "set", "ready"), did(2, "wait", "ready", reads=True), did(2, "clear", "ready"))
    assert values(failure, "ready") == ["not set", "set", "set", "not set"]


def test_locks_conditions_and_queues_are_no_variables():
    failure = of_steps(
        *(did(1, *each) for each in (("acquire", "lock"), ("wait", "changed"), ("put", "jobs"), ("get", "jobs"))),
        *(did(2, *each) for each in (("acquire", "cameras[0]"), ("arrive at", "start"), ("get", "other"))),
        *(did(1, *each) for each in (("call", "A read()"), ("return", "A", "0"))),
        did(2, "read", "locks[7]", "a Lock"),
    )
    assert [each.name for each in variables(failure)] == ["locks[7]"]
