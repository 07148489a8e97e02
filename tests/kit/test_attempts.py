"""Who sleeps, who was woken and by what: as far as a log tells."""

from __future__ import annotations

from sync_tools.primitives.attempts import Sleepers


def asleep(*threads: int) -> Sleepers[str]:
    sleepers: Sleepers[str] = Sleepers()
    for thread in threads:
        sleepers.sleep(thread)
    return sleepers


def test_a_call_wakes_whom_has_slept_longest() -> None:
    sleepers = asleep(1, 2)
    assert sleepers.wake("first") and sleepers.wake("second") and not sleepers.wake("third")
    assert (sleepers.go_on(2, True), sleepers.go_on(1, True)) == ("second", "first")


def test_a_call_that_woke_another_left_the_first_asleep() -> None:
    sleepers = asleep(1, 2)
    sleepers.wake("first")
    assert sleepers.go_on(2, True) == "first"
    assert sleepers.wake("second") and not sleepers.wake("third")
    assert sleepers.go_on(1, True) == "second"


def test_a_thread_that_was_not_woken_after_all_is_still_the_one_that_has_slept_longest() -> None:
    sleepers = asleep(1, 2, 3)
    sleepers.wake("for 2")
    sleepers.go_on(2, True)
    assert sleepers.wake("for 1") and sleepers.wake("for 3")
    assert (sleepers.go_on(1, True), sleepers.go_on(3, True)) == ("for 1", "for 3")


def test_a_call_that_woke_several_is_the_call_of_each() -> None:
    sleepers = asleep(1, 2, 3)
    sleepers.wake("all")
    assert [sleepers.go_on(thread, True) for thread in (2, 1, 3)] == ["all"] * 3
    assert not sleepers.wake("nobody")


def test_a_call_to_everyone_leaves_nobody_asleep() -> None:
    sleepers = asleep(1, 2)
    assert sleepers.wake("all", everyone=True) and not sleepers.wake("late", everyone=True)
    assert [sleepers.go_on(thread, True) for thread in (2, 1)] == ["all"] * 2


def test_who_goes_on_by_himself_was_woken_by_no_call() -> None:
    sleepers = asleep(1, 2, 3)
    assert sleepers.go_on(1, False) is None
    sleepers.wake("for 2")
    assert sleepers.go_on(2, False) is None
    assert sleepers.wake("for 3") and not sleepers.wake("nobody")


def test_who_came_after_the_last_call_or_did_not_sleep_was_woken_by_none() -> None:
    sleepers = asleep()
    sleepers.wake("too early")
    sleepers.sleep(1)
    assert sleepers.go_on(1, True) is None
    assert sleepers.go_on(2, True) is None


def test_who_falls_asleep_again_in_the_next_explored_schedule_sleeps_once() -> None:
    sleepers = asleep(1, 2, 1)
    assert sleepers.wake("for 2") and sleepers.wake("for 1") and not sleepers.wake("nobody")
    assert sleepers.go_on(2, True) == "for 2"
    sleepers.sleep(1)  # before it was seen to go on
    assert sleepers.go_on(1, True) is None


def test_who_slept_before_the_log_begins_counts() -> None:
    sleepers: Sleepers[str] = Sleepers([1])
    assert sleepers.wake("call") and not sleepers.wake("nobody")
    assert sleepers.go_on(1, True) == "call"
