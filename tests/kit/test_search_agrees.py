"""The search against two others: a reference written apart from the kit, and the kit's own literal search."""

from __future__ import annotations

import pytest
import reference
from drawn_programs import Program, draw, programs, scenario
from hypothesis import HealthCheck, given, note, settings
from search_difference import compare, difference

from sync_tools import explore

pytestmark = pytest.mark.once

LIMIT = 1_500  # beginnings of schedules; a program with more is left to tests/prove_search.py
PROGRAMS, PARTS = 2_000, 8
LITERAL = 600  # schedules of a literal search, at most

# Programs on which a search has lost classes, and why. Each needs three threads: two are at odds, and what the third
# does makes the order in which their choices are looked at matter.
LOST = {
    "both looks at a lock come before it is taken": (
        (("try", "m"), ("locked", "l")),
        (("try", "m"), ("with", "l", ())),
        (("locked", "l"),),
    ),
    "a thread waits in a schedule that was cut short": (
        (("read", "x"),),
        (("get",), ("write", "x", 2)),
        (("put", 1), ("get",)),
    ),
    "a lock is awaited in a schedule that was cut short": (
        (("write", "x", 2),),
        (("try", "m"), ("with", "l", (("with", "m", ()),))),
        (("with", "m", (("with", "l", (("read", "x"),)),)),),
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_no_class_is_lost_when(name):
    assert compare(Program(0, 0, LOST[name])).difference == ""


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


def tiny(seed):
    """The first operation of two threads of the program with that number."""
    program = draw(seed)
    return program._replace(threads=tuple(steps[:1] for steps in program.threads[:2]))


def test_the_literal_search_ends_as_the_reference_says():
    searched = 0
    for program in dict.fromkeys(tiny(seed) for seed in range(200)):
        truth = reference.answer(program)
        literal = explore(scenario, args=(program,), strategy="dfs", stop="never", max_schedules=LITERAL)
        if truth.classes > 1 and literal.complete:
            searched += 1
            assert set(literal.results) == set(truth.results), program
            assert (literal.failing > 0) == (truth.failing > 0), program
            assert literal.schedules >= truth.classes, program
    assert searched >= 24


def test_random_schedules_only_show_what_the_search_knows():
    program = Program(1, 0, ((("add", "x"), ("read", "y")), (("write", "y", 2), ("read", "x"))))
    known = explore(scenario, args=(program,), stop="never")
    drawn = explore(scenario, args=(program,), strategy="random", stop="never", max_schedules=300, seed=3)
    assert drawn.outcome == "inconclusive"
    assert not drawn.complete
    assert known.complete
    assert len(known.results) > 1
    assert sum(drawn.results.values()) == 300
    assert set(drawn.results) <= set(known.results)
