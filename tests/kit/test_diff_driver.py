"""A failing schedule in the changed program: followed where it can be, and told where it can't."""

from __future__ import annotations

from functools import cache

import compared_designs as designs
import compared_programs as programs
import pytest
from compared_designs import a_report, opposite_transfers
from compared_programs import comparison, marks, two_additions
from drawn_programs import draw, scenario
from programs_of_verdicts import SHOWN, TOLD

from sync_tools import explore, replay
from sync_tools.drivers.comparing import compare
from sync_tools.drivers.replay import MATTER
from sync_tools.presentation.diff_text import render
from sync_tools.presentation.report import verdict
from sync_tools.words.comparison import ANOTHER_WAY, BLOCKS, NONE, NOT_REACHED, SAME
from sync_tools.words.errors import TokenMismatch, UserError
from sync_tools.words.position import FAILED, PASSED, TOO_LONG

pytestmark = pytest.mark.once


def counters(after):
    return comparison(two_additions, programs.Plain, after)


# ---- it waits --------------------------------------------------------------------------------------------------------


def test_a_thread_that_waits_for_a_new_lock_is_told_with_holder_and_places():
    found = counters(programs.Locked)
    assert (found.kind, found.outcome, found.failure) == (BLOCKS, PASSED, None)
    (wait,) = found.divergences
    assert (wait.step, wait.thread, wait.standing.thread, wait.standing.holder) == (2, 2, 2, 1)
    assert (wait.standing.operation, wait.standing.target) == ("acquire", "Plain.lock")
    assert wait.standing.site.source == wait.since.source == "with self.lock:"
    assert marks(found) == [
        ("", "new", "T1 acquire lock"),
        ("1 T1 read value", "same", "T1 read value"),
        ("4 T1 write value", "same", "T1 write value"),
        ("", "new", "T1 release lock"),
        ("", "new", "T2 acquire lock"),
        ("2 T2 read value", "same", "T2 read value"),
        ("3 T2 write value", "same", "T2 write value"),
        ("", "new", "T2 release lock"),
        ("5 T0 read value", "same", "T0 read value"),
    ]
    assert wait.row == 2, "it stands behind what was done by then"


def test_what_nobody_holds_is_waited_for_with_its_reason():
    (wait,) = counters(programs.Permitted).divergences
    assert (wait.kind, wait.standing.holder, wait.since) == (BLOCKS, None, None)
    assert wait.standing.reason == "no permit is left"


def test_locks_taken_in_one_order_part_where_the_second_thread_comes_to_the_first_lock():
    found = comparison(opposite_transfers, designs.Opposite, designs.Ordered)
    assert (found.before.kind, found.kind, found.outcome) == ("deadlock", BLOCKS, PASSED)
    (wait,) = found.divergences
    assert (wait.step, wait.standing.thread, wait.standing.holder) == (2, 2, 1)
    waited = [row for row in found.rows if row.before and row.before.number > 2]
    assert len(waited) == 2, "what the two threads waited for stands behind the steps"
    assert all(row.after is not None for row in waited), "both get it now"


def test_who_was_notified_but_cannot_have_the_lock_yet_is_told_who_holds_it():
    found = comparison(designs.one_waits, designs.Unlocked, designs.HeldUntilDone)
    later, wait = found.divergences
    assert (found.outcome, later.kind, later.step) == (PASSED, ANOTHER_WAY, 6), "the lock is given back later"
    assert (wait.kind, wait.step, wait.standing.operation, wait.standing.holder) == (BLOCKS, 8, "wake up", 2)
    assert wait.since.source == "with self.changed:"


def test_a_wait_for_a_thread_to_end_is_one_too():
    found = comparison(a_report, designs.NotJoined, designs.Joined)
    wait = found.divergences[0]
    assert (found.kind, found.outcome) == (BLOCKS, PASSED)
    assert (wait.standing.thread, wait.standing.operation, wait.standing.holder) == (0, "join", 1)


def test_a_thread_that_is_not_started_yet_waits_with_its_starter():
    found = comparison(a_report, designs.NotJoined, designs.JoinedInTheLoop)
    assert (found.kind, found.outcome) == (BLOCKS, PASSED)
    wait = found.divergences[0]
    assert (wait.standing.thread, wait.standing.operation, wait.thread) == (0, "join", 0)


def test_who_waits_for_ever_is_told_with_what_was_never_come_to():
    found = counters(programs.NeverReleased)
    assert (found.kind, found.outcome, found.failure.kind) == (BLOCKS, FAILED, "leaked-lock")
    assert marks(found)[-4:] == [
        ("", "new", "T2 acquire lock"),
        ("2 T2 read value", "not reached", ""),
        ("3 T2 write value", "not reached", ""),
        ("5 T0 read value", "not reached", ""),
    ]
    assert found.rows[-4].after.note == "held by T1"


def test_new_operations_of_others_come_first_so_that_the_order_is_kept_where_it_can_be():
    # Each thread takes the lock for its write only. Nobody ever has to wait for a step that comes later.
    found = counters(programs.OnlyTheWrite)
    assert (found.kind, found.outcome) == (NONE, FAILED)
    assert [row.before.number for row in found.rows if row.before] == [1, 2, 3, 4, 5]


# ---- it goes another way ---------------------------------------------------------------------------------------------


def test_another_operation_in_place_of_a_step_is_done_in_its_place():
    found = counters(programs.Appending)
    assert (found.kind, found.outcome) == (ANOTHER_WAY, PASSED)
    assert [each.instead.operation for each in found.divergences] == ["append", "append"]
    assert marks(found)[:4] == [
        ("1 T1 read value", "other name", "T1 read added"),
        ("2 T2 read value", "other name", "T2 read added"),
        ("3 T2 write value", "instead", "T2 append added"),
        ("4 T1 write value", "instead", "T1 append added"),
    ]


def test_a_step_that_is_gone_is_told_and_the_others_are_followed():
    found = counters(programs.WithoutARead)
    assert (found.kind, found.outcome) == (ANOTHER_WAY, PASSED)
    assert [(each.step, each.thread, each.instead.operation) for each in found.divergences] == [
        (1, 1, "write"),
        (2, 2, "write"),
    ]
    assert marks(found) == [
        ("1 T1 read value", "gone", ""),
        ("2 T2 read value", "gone", ""),
        ("3 T2 write value", "same", "T2 write value"),
        ("4 T1 write value", "same", "T1 write value"),
        ("5 T0 read value", "same", "T0 read value"),
    ]


def test_a_lock_that_is_not_taken_any_more_is_another_way_and_nobody_is_stuck():
    found = comparison(opposite_transfers, designs.Opposite, designs.OneLock)
    assert (found.kind, found.outcome) == (ANOTHER_WAY, PASSED)
    assert {row.mark for row in found.rows if row.before and row.before.number > 2} == {"same", "gone"}


def test_giving_back_before_taking_the_next_keeps_every_step_and_ends():
    found = comparison(opposite_transfers, designs.Opposite, designs.GivesBackBetween)
    assert (found.kind, found.outcome) == (NONE, PASSED)
    assert [mark for _, mark, _ in marks(found)].count("further") == 2, "what they would have done next is not new"


def test_a_wait_that_gives_up_ends_the_deadlock():
    found = comparison(opposite_transfers, designs.Opposite, designs.Patient)
    assert (found.kind, found.outcome) == (NONE, PASSED)
    assert [row.after.note for row in found.rows if row.after and row.after.note] == ["timed out"]


# ---- it makes no difference ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [programs.NewLock, programs.OnlyTheWrite, programs.LooksFirst, programs.LooksTwice])
def test_a_change_that_makes_no_difference_fails_with_the_same_verdict(after):
    found = counters(after)
    assert (found.kind, found.outcome) == (NONE, FAILED)
    told = (found.failure.kind, found.failure.bug_class, found.failure.message.splitlines()[0])
    assert told == ("assertion", "lost update", "2 additions count 1")


def test_of_two_looks_the_one_in_the_same_line_is_the_step():
    found = counters(programs.LooksFirst)
    assert [row.after.site.source for row in found.rows if row.mark == SAME][:2] == ["self.value += 1"] * 2


def test_a_new_failure_is_another_one():
    found = counters(programs.Raising)
    assert (found.outcome, found.failure.kind) == (FAILED, "exception")


def test_the_same_program_does_the_same():
    found = counters(programs.Plain)
    assert (found.kind, found.outcome, found.renamed) == (NONE, FAILED, ())
    assert {row.mark for row in found.rows} == {SAME}
    assert all(row.before == row.after for row in found.rows)
    assert found.failure.schedule == found.before.schedule == found.schedule


# ---- names -----------------------------------------------------------------------------------------------------------


def test_a_renamed_variable_is_the_same_variable():
    found = counters(programs.Renamed)
    assert (found.kind, found.outcome) == (NONE, FAILED)
    assert found.renamed == (("Plain.value", "Plain.count"),)
    assert {row.mark for row in found.rows} == {SAME}


def test_a_renamed_variable_is_found_beside_a_new_lock():
    found = counters(programs.RenamedAndLocked)
    assert (found.kind, found.outcome, found.renamed) == (BLOCKS, PASSED, (("Plain.value", "Plain.count"),))


# ---- threads ---------------------------------------------------------------------------------------------------------


def test_a_thread_more_leaves_the_others_who_they_are():
    found = counters(programs.Owned)
    assert found.threads[1].endswith("(own)")
    assert found.counterparts == (0, 2, 3)
    assert found.outcome == PASSED
    assert {each.thread for each in found.divergences if each.kind == ANOTHER_WAY} == {2, 3}


def test_a_thread_less_is_told_and_its_steps_are_gone():
    found = comparison(a_report, designs.NotJoined, designs.OneThread)
    assert (found.counterparts, found.outcome) == ((0, 1, None), PASSED)
    assert ("4 T2 write totals['south']", "gone", "") in marks(found)
    assert found.divergences[-1].thread is None


def test_a_program_without_threads_has_no_choices():
    found = comparison(a_report, designs.NotJoined, designs.WithoutThreads)
    assert (found.threads, found.outcome, found.kind) == (("MainThread",), PASSED, ANOTHER_WAY)
    assert {row.mark for row in found.rows} == {"gone"}


# ---- it ends ---------------------------------------------------------------------------------------------------------


def test_a_loop_that_goes_on_for_ever_ends_at_the_step_budget_and_is_neither_passed_nor_failed():
    found = counters(programs.Endless)
    assert (found.outcome, found.failure) == (TOO_LONG, None)
    assert all(place.startswith("compared_programs.py:") for place in found.around)
    assert found.around


def test_a_loop_that_only_waits_is_a_wait():
    found = counters(programs.Spinning)
    assert (found.kind, found.outcome, found.failure.kind) == (BLOCKS, FAILED, "livelock")


def test_a_loop_in_which_nothing_is_seen_ends_and_no_step_is_said_to_be_gone():
    found = counters(programs.Silent)
    assert (found.outcome, found.failure.kind, found.divergences) == (FAILED, "endless-loop", ())
    assert {row.mark for row in found.rows} == {NOT_REACHED}


# ---- options of the test ---------------------------------------------------------------------------------------------


def test_under_exact_time_a_thread_that_sleeps_longer_waits():
    found = comparison(designs.in_time, designs.TooEarly, designs.Later, time="exact", strategy="dfs")
    assert (found.before.kind, found.kind, found.outcome) == ("assertion", BLOCKS, PASSED)
    assert found.divergences[0].standing.reason == "it sleeps"


def test_a_data_race_that_a_test_forbids_is_gone_with_a_lock():
    found = comparison(designs.two_writers, designs.Racing, designs.Careful, races="fail")
    assert (found.before.kind, found.outcome) == ("data-race", PASSED)
    found = comparison(designs.two_writers, designs.Racing, designs.Racing, races="fail")
    assert (found.kind, found.outcome, found.failure.kind) == (NONE, FAILED, "data-race")


# ---- what is refused -------------------------------------------------------------------------------------------------


def test_a_schedule_that_does_not_fail_is_refused():
    token = explore(two_additions, kwargs={"program": programs.Plain}).failure.schedule
    given = {"program": programs.Locked}
    with pytest.raises(UserError, match="does not fail before the change"):
        compare(two_additions, token.rpartition("-")[0] + "-0", before=given, after=given)


def test_a_token_of_another_scenario_or_none_is_refused():
    token = explore(two_additions, kwargs={"program": programs.Plain}).failure.schedule
    given = {"program": programs.Plain}
    for wrong, said in (("nonsense", "not a schedule token"), ("000" + token[3:], "another scenario")):
        with pytest.raises(TokenMismatch, match=said):
            compare(two_additions, wrong, before=given, after=given)
    with pytest.raises(TokenMismatch, match="another version"):
        compare(two_additions, token[:4] + "000" + token[7:], before=given, after=given)


# ---- every kind of failure -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", {**SHOWN, **TOLD})
def test_a_failure_of_any_kind_compared_with_itself_makes_no_difference_and_its_text_fits(name):
    kind, options = {**SHOWN, **TOLD}[name]
    failure = explore(kind, **options).failure
    matter = {option: value for option, value in options.items() if option in (*MATTER, "max_steps")}
    found = compare(kind, failure.schedule, before={}, after={}, **matter)
    assert (found.kind, found.outcome, found.given_up) == (NONE, FAILED, False)
    assert {row.mark for row in found.rows if row.before is not None} <= {SAME}
    assert verdict(found.failure) == verdict(found.before) == verdict(failure)
    lines = render(found, 80).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80


# ---- any programs ----------------------------------------------------------------------------------------------------


@cache
def failing():
    """Drawn programs that fail, with the token of a schedule."""
    found = {}
    for seed in range(140):
        failure = explore(scenario, args=(draw(seed),), max_schedules=60, smallest=False).failure
        if failure is not None:
            found[seed] = failure.schedule
    return found


def test_any_program_compared_with_itself_makes_no_difference():
    assert len(failing()) > 20
    for seed, token in failing().items():
        given = {"program": draw(seed)}
        found = compare(scenario, token, before=given, after=given)
        assert (found.kind, found.outcome, found.given_up) == (NONE, FAILED, False), seed
        assert {row.mark for row in found.rows if row.before is not None} <= {SAME}, seed
        assert (found.failure.kind, found.failure.message) == (found.before.kind, found.before.message), seed


def test_any_two_programs_can_be_compared_and_what_is_told_is_a_schedule_of_the_second():
    seeds = list(failing())
    kinds = set()
    for place, seed in enumerate(seeds):
        for other in (seeds[place - 1], place):
            given = {"before": {"program": draw(seed)}, "after": {"program": draw(other)}}
            found = compare(scenario, failing()[seed], **given)
            assert compare(scenario, failing()[seed], **given) == found, (seed, other)
            again = replay(scenario, found.schedule, kwargs=given["after"])
            assert (again is not None) == (found.outcome == FAILED), (seed, other)
            if again is not None:
                assert (again.kind, again.message) == (found.failure.kind, found.failure.message), (seed, other)
            numbers = [row.before.number for row in found.rows if row.before is not None]
            assert len(numbers) == len(set(numbers)), "each step stands in one row"
            assert set(numbers) >= {step.number for step in found.before.steps}
            kinds.add((found.kind, found.outcome))
    assert {kind for kind, _ in kinds} == {BLOCKS, ANOTHER_WAY, NONE}
    assert {outcome for _, outcome in kinds} >= {PASSED, FAILED}
