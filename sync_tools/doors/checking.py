"""Run every lab's tests against all of its programs, and hold what they show against what a lab promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sync_tools.doors import promises
from sync_tools.doors.lab_files import bounded_tests, file_problems
from sync_tools.doors.labrun import run_lab
from sync_tools.doors.pool import run_all
from sync_tools.doors.programs import OTHER, SHIPPED, SOLUTION, WRONG, expected_failure, programs_of
from sync_tools.doors.promises import Run
from sync_tools.doors.registry import Lab, Registry, load
from sync_tools.words.errors import UserError


@dataclass(frozen=True)
class Asked:
    """One program to be run; a plain value, for it goes to another process.

    Attributes:
        root: the checkout.
        lab: the lab's id.
        role: SHIPPED, SOLUTION, OTHER or WRONG.
        program: its name.
        path: its file.
        seed: of drawn inputs and random choices.
        rounds: at most that many in stressed tests; None for as many as they name.
    """

    root: Path
    lab: str
    role: str
    program: str
    path: Path
    seed: int
    rounds: int | None


@dataclass(frozen=True)
class Checked:
    """What a lab showed.

    Attributes:
        lab: the lab.
        runs: of all its programs; none where its files are not in order.
        problems: what is wrong, a sentence each.
        bounded: the tests that are not exhaustive, with the reason.
    """

    lab: Lab
    runs: tuple[Run, ...]
    problems: tuple[str, ...]
    bounded: dict[str, str]


def check_labs(
    registry: Registry,
    labs: Sequence[Lab],
    *,
    processes: int | None = None,
    seed: int = 0,
    rounds: int | None = None,
) -> list[Checked]:
    """Check some labs.

    Args:
        registry: the checkout's registry.
        labs: which.
        processes: how many programs at a time; None for one a core.
        seed: of drawn inputs and random choices.
        rounds: at most that many in the stressed tests of right programs; None for as many as they name.

    Raises:
        UserError: there are no variants and solutions here, as in a student's copy.
    """
    files = {lab.id: file_problems(registry, lab) for lab in labs}
    todo = [
        Asked(registry.root, lab.id, program.role, program.name, program.path, seed, rounds)
        for lab in labs
        for program in programs_of(registry, lab)
        if not _unusable(registry, lab)
    ]
    # Those that pass take longest. Begun first, none of them is left running alone at the end.
    order = sorted(range(len(todo)), key=lambda place: todo[place].role in (SHIPPED, WRONG))
    results = run_all(
        run_one, [todo[place] for place in order], processes, lambda asked: f"{asked.lab} {asked.program}"
    )
    runs = [run for _, run in sorted(zip(order, results, strict=True), key=lambda pair: pair[0])]
    return [_judged(registry, lab, [run for run in runs if run.lab == lab.id], files[lab.id]) for lab in labs]


def _unusable(registry: Registry, lab: Lab) -> bool:
    return not registry.test_file(lab).is_file()


def _judged(registry: Registry, lab: Lab, runs: list[Run], files: list[str]) -> Checked:
    if not runs:
        return Checked(lab, (), tuple(files), {})
    bounded = bounded_tests(registry, lab)
    about = promises.Lab(
        lab.id, lab.bug_class, lab.bug_lines, lab.goal_test, lab.max_schedules, lab.stuck_alone, tuple(bounded)
    )
    return Checked(lab, tuple(runs), (*files, *promises.broken(about, runs)), bounded)


def run_one(asked: Asked) -> Run:
    """Run a lab's tests against one program; against a wrong one only until the first test that rejects it."""
    registry = load(asked.root)
    lab = registry.find(asked.lab)
    wrong = asked.role == WRONG
    rounds = asked.rounds if asked.role in (SOLUTION, OTHER) else None
    try:
        expected = expected_failure(asked.path) if wrong else None
        result = run_lab(registry, lab, str(asked.path), stop_early=wrong, seed=asked.seed, rounds=rounds)
    except UserError as error:
        return Run(asked.lab, asked.role, asked.program, (), problem=str(error))
    return Run(asked.lab, asked.role, asked.program, promises.tests_of(result, asked.path), expected=expected)
