"""Where the kit's search and the reference differ on a program."""

from __future__ import annotations

from typing import NamedTuple

import reference
from drawn_programs import Program, scenario

from sync_tools import explore, replay

BUDGET = 100_000  # schedules: far more than any program has that the reference doesn't give up


class Comparison(NamedTuple):
    """What a program showed.

    Attributes:
        difference: what is not the same, or "".
        classes: how many the reference counts.
        redundant: how many schedules the kit began and cut short.
    """

    difference: str
    classes: int
    redundant: int


def compare(program: Program, limit: int = reference.LIMIT) -> Comparison | None:
    """Search a program in both ways; None when the reference gives it up."""
    truth = reference.answer(program, limit)
    if truth is None:
        return None
    found = explore(scenario, args=(program,), stop="never", max_schedules=BUDGET)
    differences = []
    if not found.complete:
        differences.append(f"the search says {found.outcome} and not complete {found.unseen}")
    if found.schedules != truth.classes:
        differences.append(f"{found.schedules} classes, the reference has {truth.classes}")
    if found.failing != truth.failing:
        differences.append(f"{found.failing} of them fail, the reference has {truth.failing}")
    if found.results != truth.results:
        differences.append(
            f"results that the reference has not (or not as often): {dict(found.results - truth.results)}; "
            f"that only the reference has: {dict(truth.results - found.results)}"
        )
    if found.failure is not None:
        kind = found.failure.kind
        if (reference.ERROR if kind == "assertion" else reference.DEADLOCK) not in truth.outcomes:
            differences.append(f"a failure of kind {kind}, the reference has {sorted(map(repr, truth.outcomes))}")
        again = replay(scenario, found.failure.schedule, args=(program,))
        if again is None:
            differences.append(f"the token {found.failure.schedule} no longer fails")
        elif (again.kind, again.schedule) != (kind, found.failure.schedule):
            differences.append(
                f"the token {found.failure.schedule} of kind {kind} replays as {again.schedule} of kind {again.kind}"
            )
    return Comparison("; ".join(differences), truth.classes, found.redundant)


def difference(program: Program, limit: int = reference.LIMIT) -> str | None:
    """What the two don't agree on, for a message; None when they agree, or when the reference gives up."""
    both = compare(program, limit)
    return both.difference or None if both else None
