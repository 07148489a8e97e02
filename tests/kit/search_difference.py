"""Where the kit's search and the reference differ on a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import reference
from drawn_programs import Program, Steps, scenario

from sync_tools import explore, replay

STUCK = ("deadlock", "self-deadlock", "leaked-lock", "lost-wakeup", "starved-semaphore", "starved-queue")
BUDGET = 100_000  # schedules: far more than any program has that the reference doesn't give up


class Comparison(NamedTuple):
    """What a program showed.

    Attributes:
        difference: what is not the same, or "".
        classes: how many the reference counts.
        failing: how many of them it says fail.
        redundant: how many schedules the kit began and cut short.
    """

    difference: str
    classes: int
    failing: int
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
        if {"assertion": reference.ERROR, **dict.fromkeys(STUCK, reference.DEADLOCK)}.get(kind) not in truth.outcomes:
            differences.append(f"a failure of kind {kind}, the reference has {sorted(map(repr, truth.outcomes))}")
        again = replay(scenario, found.failure.schedule, args=(program,))
        if again is None:
            differences.append(f"the token {found.failure.schedule} no longer fails")
        elif (again.kind, again.schedule) != (kind, found.failure.schedule):
            differences.append(
                f"the token {found.failure.schedule} of kind {kind} replays as {again.schedule} of kind {again.kind}"
            )
    return Comparison("; ".join(differences), truth.classes, truth.failing, found.redundant)


def difference(program: Program, limit: int = reference.LIMIT) -> str | None:
    """What the two don't agree on, for a message; None when they agree, or when the reference gives up."""
    both = compare(program, limit)
    return both.difference or None if both else None


def smallest(program: Program, limit: int = reference.LIMIT) -> Program:
    """A program that still differs, and no longer does with any one operation less."""
    for less in smaller(program):
        if difference(less, limit):
            return smallest(less, limit)
    return program


def smaller(program: Program) -> Iterator[Program]:
    """The program without one of its threads, or with one operation less."""
    threads = program.threads
    for at, steps in enumerate(threads):
        yield program._replace(threads=threads[:at] + threads[at + 1 :])
        for less in fewer(steps):
            yield program._replace(threads=(*threads[:at], less, *threads[at + 1 :]))


def fewer(steps: Steps) -> Iterator[Steps]:
    """The operations without one of them; a section or a branch also without what is around its body."""
    for at, step in enumerate(steps):
        before, after = steps[:at], steps[at + 1 :]
        yield before + after
        if step[0] in ("with", "if"):
            if step[:2] != ("with", "c"):  # what waits for the condition has to stay under it
                yield before + step[-1] + after
            for body in fewer(step[-1]):
                yield (*before, (*step[:-1], body), *after)
