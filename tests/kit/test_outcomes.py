"""The table of outcomes: what a scenario can come to, how often, and with which schedule."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from drawn_programs import draw, scenario

from sync_tools import explore, replay, run_together
from sync_tools.words.errors import UserError
from sync_tools.words.outcome import FAILED, PRINTED, RETURNED

pytestmark = pytest.mark.once


class Cell:
    def __init__(self) -> None:
        self.value = 0

    def add(self) -> None:
        self.value += 1


def two_additions() -> int:
    cell = Cell()
    run_together(cell.add, cell.add)
    return cell.value


def three_additions_are_three() -> None:
    cell = Cell()
    run_together(cell.add, cell.add, cell.add)
    assert cell.value == 3, f"expected 3, the cell shows {cell.value}"


def crossed_locks() -> str:
    first, second = threading.Lock(), threading.Lock()

    def cross(one: threading.Lock, other: threading.Lock) -> None:
        with one, other:
            pass

    run_together((cross, first, second), (cross, second, first))
    return "through"


def says_who_came_first() -> None:
    order: list[str] = []
    run_together((order.append, "ada"), (order.append, "bob"))
    print("\n".join(order))


def test_the_table_tells_results_classes_and_a_token_each() -> None:
    found = explore(two_additions, stop="never")
    late = next(each for each in found.outcomes if each.result == "1")
    fine = next(each for each in found.outcomes if each.result == "2")
    assert found.table().splitlines() == [
        "two_additions: 4 classes of schedules, all that there are.",
        "classes  what it comes to  one of them",
        f"      2  returns 2         {fine.token}",
        f"      2  returns 1         {late.token}",
    ]


def test_ways_to_fail_stand_below_with_their_classes_of_bugs() -> None:
    found = explore(three_additions_are_three, stop="never")
    assert [(each.how, each.classes) for each in found.outcomes] == [(RETURNED, 6), (FAILED, 18), (FAILED, 12)]
    assert {each.failure.bug_class for each in found.outcomes if each.failure} == {"lost update"}
    rows = found.table().splitlines()[2:]
    assert [row.split()[1] for row in rows] == ["returns", "FAILS:", "FAILS:"]
    assert "FAILS: lost update -- expected 3, the cell shows 1" in found.table(100)


def test_a_deadlock_is_an_outcome_too() -> None:
    found = explore(crossed_locks, stop="never")
    assert {each.how for each in found.outcomes} == {RETURNED, FAILED}
    assert "deadlock (lock-order inversion)" in found.table(140)


def test_a_scenario_that_prints_and_returns_nothing_is_told_by_what_it_prints() -> None:
    found = explore(says_who_came_first, stop="never")
    assert Counter({each.result: each.classes for each in found.outcomes}) == {"ada\nbob\n": 1, "bob\nada\n": 1}
    assert {each.how for each in found.outcomes} == {PRINTED}
    assert "prints 'ada' and 1 more line" in found.table()


@pytest.mark.parametrize("program", [two_additions, three_additions_are_three, crossed_locks, says_who_came_first])
def test_the_token_of_an_outcome_comes_to_that_outcome(program, capsys) -> None:
    found = explore(program, stop="never")
    assert sum(each.classes for each in found.outcomes) == found.schedules
    assert sum(each.classes for each in found.outcomes if each.how == FAILED) == found.failing
    for each in found.outcomes:
        capsys.readouterr()
        failure = replay(program, each.token)
        assert (failure is not None) == (each.how == FAILED)
        if failure is not None:
            assert failure.message.partition("\n")[0] == each.result
        if each.how == PRINTED:
            assert capsys.readouterr().out == each.result


def test_the_outcomes_of_drawn_programs_are_their_results() -> None:
    for seed in range(60):
        found = explore(scenario, args=(draw(seed),), stop="never")
        returned = Counter({each.result: each.classes for each in found.outcomes if each.how == RETURNED})
        assert returned == Counter({repr(value): number for value, number in found.results.items()}), seed
        assert sum(each.classes for each in found.outcomes if each.how == FAILED) == found.failing, seed


def test_several_processes_come_to_the_same_table() -> None:
    alone = explore(three_additions_are_three, stop="never")
    together = explore(three_additions_are_three, stop="never", jobs=2)
    assert together.table() == alone.table()


def test_a_budget_that_ended_is_said_and_no_claim_is_made() -> None:
    found = explore(three_additions_are_three, stop="never", strategy="dpor", max_schedules=5)
    assert found.table().startswith("three_additions_are_three: 5 schedules, and there may be more.\n")


def test_without_all_schedules_there_is_no_table_and_the_error_says_what_to_say() -> None:
    found = explore(two_additions)
    assert found.outcomes == ()
    with pytest.raises(UserError, match='stop="never"'):
        found.table()


def test_a_table_is_as_wide_as_was_asked_for() -> None:
    found = explore(three_additions_are_three, stop="never")
    assert max(map(len, found.table(60).splitlines())) <= 60
    assert max(map(len, found.table(200).splitlines())) < 100


def test_the_page_of_a_failure_has_the_table_of_outcomes(tmp_path) -> None:
    found = explore(three_additions_are_three, stop="never")
    text = found.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    assert '"classes":18' in text and '"classes":12' in text
    with pytest.raises(UserError, match="nothing failed"):
        explore(two_additions, stop="never").to_html(tmp_path / "none.html")
