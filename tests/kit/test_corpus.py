"""The kit's verdict over a corpus of small programs, half of them right: none may be wrong.

The programs stand in corpus/right and corpus/wrong; ``python tests/kit/corpus/table.py`` prints the verdicts.
"""

from __future__ import annotations

import ast

import pytest
from corpus.table import BUDGET, Program, kinds_named, mistake, programs

from sync_tools import explore
from sync_tools.words.failure import DATA_RACE, KINDS

ALL = programs()
RIGHT = [program for program in ALL if program.is_right]
WRONG = [program for program in ALL if not program.is_right]
BY_TITLE = {program.title: program for program in ALL}


@pytest.mark.parametrize("program", RIGHT, ids=lambda program: program.path.stem)
def test_a_right_program_passes_with_every_class_of_schedules_seen(program: Program) -> None:
    with program.loaded() as module:
        found = explore(module.scenario, max_schedules=BUDGET)
        assert mistake(program, module, found) == ""
    assert (found.outcome, found.complete, found.unseen) == ("passed", True, ())


@pytest.mark.parametrize("program", WRONG, ids=lambda program: program.path.stem)
def test_a_wrong_program_fails_as_it_says_and_its_token_shows_it_again(program: Program) -> None:
    with program.loaded() as module:
        found = explore(module.scenario, max_schedules=BUDGET)
        assert mistake(program, module, found) == ""
    assert found.outcome == "failed"
    assert not found.failure.message.startswith(("NameError", "TypeError", "UnboundLocalError", "ImportError"))


@pytest.mark.parametrize(
    "title",
    [
        "right/peterson",
        "right/one_condition_a_role",
        "right/pool_futures_in_order_asked",
        "right/queue_one_sentinel_a_consumer",
        "wrong/condition_wait_in_if",
        "wrong/philosophers_left_first",
        "wrong/peterson_turn_first",
        "wrong/pool_map_adds_to_a_global",
        "wrong/timer_cancelled_in_time",
        "wrong/readers_writer_lock_counts_outside",
    ],
)
def test_two_explorations_of_a_program_are_the_same_to_the_last_count(title: str) -> None:
    with BY_TITLE[title].loaded() as module:
        once = explore(module.scenario, stop="never")
        twice = explore(module.scenario, stop="never")
    assert once == twice
    assert once.schedules > 1


# ---- the corpus itself ----------------------------------------------------------------------------------------------


def test_there_are_enough_programs_and_about_half_of_them_are_right() -> None:
    assert len(ALL) >= 60
    assert 0.45 <= len(RIGHT) / len(ALL) <= 0.55


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.title)
def test_a_program_says_what_it_is_and_how_it_fails(program: Program) -> None:
    tree = ast.parse(program.path.read_text(encoding="utf-8"))
    first, *rest = (ast.get_docstring(tree) or "").splitlines()
    assert first.endswith(".")
    named = kinds_named(ast.get_docstring(tree) or "")
    if program.is_right:
        assert (named, rest) == ((), [])
    else:
        assert named
        assert set(named) <= set(KINDS)
        assert rest == ["", f"fails: {', '.join(named)}"]
    assert "scenario" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_no_two_programs_have_one_name() -> None:
    names = [program.path.stem for program in ALL]
    assert sorted(names) == sorted(set(names))


def test_every_kind_of_failure_is_shown_by_a_program() -> None:
    docstrings = [ast.get_docstring(ast.parse(program.path.read_text(encoding="utf-8"))) for program in WRONG]
    assert {kind for docstring in docstrings for kind in kinds_named(docstring or "")} == set(KINDS) - {DATA_RACE}
