"""Data races on generated programs, against a check by brute force that knows nothing of happens-before.

Two conflicting accesses race when some schedule has them next to each other: then nothing can be between. All schedules
are run for that, literally, by depth-first search.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from drawn_programs import Program, Shared, Steps, draw, programs, scenario
from hypothesis import HealthCheck, given, note, settings

from sync_tools import explore
from sync_tools.drivers.runner import Runner
from sync_tools.strategies.dfs import Dfs
from sync_tools.strategies.dpor import Dpor
from sync_tools.words.operations import Op

pytestmark = pytest.mark.once

LITERAL = 700  # schedules of a literal search, at most
PROGRAMS, PARTS = 100, 4

Place = tuple[int, int]  # a thread, and which of its operations
Pair = tuple[Place, Place]

# In such programs what a thread does next depends on what it saw: a race, or somebody else's turn without getting one,
# which synchronizes nothing. What follows from that is unordered, and never next to each other all the same.
DEPENDING = frozenset({"if", "assert", "wait_if", "wait_while"})
IN_VAIN = frozenset({"try", "poll", "locked", "is_set"})


def kinds(steps: Steps) -> Iterator[str]:
    """The names of all operations, those inside of others too."""
    for step in steps:
        yield step[0]
        if step[0] in ("with", "if"):
            yield from kinds(step[-1])


def pair(one: Op, other: Op) -> Pair:
    first, second = sorted(((one.tid, one.count), (other.tid, other.count)))
    return (first, second)


def conflict(one: Op, other: Op) -> bool:
    """Two threads are at one variable, and one of them writes."""
    shared = isinstance(one.target, Shared) and isinstance(other.target, Shared)
    return shared and one.tid != other.tid and one.name == other.name and "write" in (one.kind, other.kind)


def by_brute_force(program: Program) -> set[Pair] | None:
    """The pairs of accesses that are neighbours in some schedule; None when there are too many schedules."""
    found: set[Pair] = set()
    # The scenario's own thread only starts the others and joins them: it need not be interrupted.
    search = Dfs(visible=lambda op: op.tid != 0)
    runner = Runner(scenario, (program,))
    with runner.open():
        while search.begin():
            if runner.runs >= LITERAL:
                return None
            trace = runner.run(search).world.trace
            found |= {pair(one, other) for one, other in pairwise(trace) if conflict(one, other)}
    return found


def by_the_kit(program: Program) -> set[Pair]:
    """The pairs of accesses that the kit takes for races."""
    found: set[Pair] = set()
    search: Any = Dpor()
    runner = Runner(scenario, (program,))
    with runner.open():
        while search.begin():
            world = runner.run(search).world
            search.end(world)
            for first, second in search.history.unordered:
                assert conflict(world.trace[first], world.trace[second])
                found.add(pair(world.trace[first], world.trace[second]))
    return found


def difference(program: Program) -> str | None:
    """What the two don't agree on, or ""; None where brute force gives up."""
    neighbours = by_brute_force(program)
    if neighbours is None:
        return None
    races = by_the_kit(program)
    if not neighbours <= races:
        return f"not reported: {neighbours - races}"
    kinds_ = all_kinds(program)
    follows = DEPENDING & kinds_ and (neighbours or IN_VAIN & kinds_)
    if races - neighbours and not follows:
        return f"reported, but never neighbours: {races - neighbours}"
    return ""


def all_kinds(program: Program) -> set[str]:
    return {kind for steps in program.threads for kind in kinds(steps)}


@pytest.mark.parametrize("part", range(PARTS))
def test_every_race_is_real_and_every_real_race_is_found(part):
    compared = racing = 0
    differences = []
    for seed in range(part, PROGRAMS, PARTS):
        program = draw(seed)
        differs = difference(program)
        compared += differs is not None
        racing += differs is not None and bool(by_the_kit(program))
        if differs:
            differences.append(f"seed {seed}: {program}\n    {differs}")
    assert not differences, f"{len(differences)} programs differ:\n" + "\n".join(differences[:20])
    assert compared > 0.3 * PROGRAMS / PARTS
    assert 0.2 * compared < racing < 0.9 * compared


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(program=programs())
def test_a_difference_about_races_is_shown_on_a_small_program(program):
    differs = difference(program)
    note(str(differs))
    assert not differs


# ---- and none under one lock -----------------------------------------------------------------------------------------


def sheltered(steps: Steps) -> Steps:
    """The same with each operation that is at a variable under the lock l; what is under the condition waits there."""
    return tuple(("with", "l", _renamed(step)) for step in steps)


def _renamed(*steps: Any) -> Steps:
    """Without l, which is held already, and without what would wait for what a thread must do under l."""
    kept = []
    for step in steps:
        if step[0] in ("down", "await", "get", "put"):
            continue
        if step[0] in ("with", "try", "locked") and step[1] == "l":
            step = (step[0], "m", *step[2:])
        if step[0] == "with" and step[1] == "c":
            step = ("with", "m", tuple(other for other in step[-1] if not other[0].startswith(("wait", "notify"))))
        if step[0] == "with":
            inside = _renamed(*step[-1])
            kept += inside if step[1] == "m" and "with" in kinds(inside) else [(*step[:-1], inside)]
        elif step[0] == "if":
            kept.append((step[0], _renamed(*step[-1])))
        else:
            kept.append(step)
    return tuple(kept)


def test_accesses_under_one_lock_never_race():
    racing = 0
    for seed in range(150):
        bare = draw(seed)
        program = bare._replace(threads=tuple(sheltered(steps) for steps in bare.threads))
        found = explore(scenario, args=(program,), stop="never", max_schedules=200)
        assert found.races == (), program
        racing += bool(explore(scenario, args=(bare,), stop="never", max_schedules=50).races)
    assert racing > 50


def test_without_the_lock_the_same_programs_do_race():
    program = Program(0, 0, ((("add", "x"),), (("add", "x"), ("read", "x"))))
    assert explore(scenario, args=(program,), stop="never").races
    locked = program._replace(threads=tuple(sheltered(steps) for steps in program.threads))
    assert explore(scenario, args=(locked,), stop="never").races == ()
