"""The search against two others: a reference written apart from the kit, and the kit's own literal search."""

from __future__ import annotations

from collections import Counter

import pytest
import reference
from drawn_programs import Program, draw, programs, scenario
from hypothesis import HealthCheck, given, note, settings
from search_difference import compare, difference

from sync_tools import explore

LIMIT = 3_000  # beginnings of schedules; a program with more is left to tests/prove_search.py
PROGRAMS, PARTS = 2_000, 8
LITERAL = 400  # schedules of a literal search, at most
FEW = 4  # events a program that is searched literally may have in all


@pytest.mark.parametrize("part", range(PARTS))
def test_every_class_is_run_once_and_every_failure_replays(part):
    compared = 0
    differences = []
    for seed in range(part, PROGRAMS, PARTS):
        program = draw(seed)
        both = compare(program, LIMIT)
        compared += both is not None
        if both is not None and both.difference:
            differences.append(f"seed {seed}: {program}\n    {both.difference}")
    assert not differences, f"{len(differences)} programs differ:\n" + "\n".join(differences[:20])
    assert compared > 0.9 * PROGRAMS / PARTS


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(program=programs())
def test_a_difference_is_shown_on_a_small_program(program):
    differs = difference(program, LIMIT)
    note(str(differs))
    assert differs is None


def test_the_literal_search_ends_as_the_reference_says():
    compared = 0
    for seed in range(400):
        program = draw(seed)
        truth = reference.answer(program, LIMIT)
        if truth is None or sum(map(len, program.threads)) > FEW:
            continue
        literal = explore(scenario, args=(program,), strategy="dfs", stop="never", max_schedules=LITERAL)
        if literal.complete:
            compared += 1
            assert set(literal.results) == set(truth.results), f"seed {seed}: {program}"
            assert (literal.failing > 0) == (truth.failing > 0), f"seed {seed}: {program}"
            assert literal.schedules >= truth.classes, f"seed {seed}: {program}"
    assert compared >= 24


def test_random_schedules_only_show_what_the_search_knows():
    program = Program(1, 0, ((("add", "x"), ("read", "y")), (("write", "y", 2), ("read", "x"))))
    known = explore(scenario, args=(program,), stop="never")
    drawn = explore(scenario, args=(program,), strategy="random", stop="never", max_schedules=300, seed=3)
    assert drawn.outcome == "inconclusive"
    assert not drawn.complete
    assert set(drawn.results) <= set(known.results)
    assert isinstance(drawn.results, Counter)
