"""What a lab promises, and whether what its programs showed keeps it. Pure: values in, broken promises out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync_tools.doors.programs import OTHER, SHIPPED, SOLUTION, WRONG, Expected
from sync_tools.doors.results import FAILED, PASSED, CaseResult, LabResult

EXPLORED, NATIVE = "explored", "native"
_CALLED = {EXPLORED: "explored", NATIVE: "stressed"}  # what a test in that world is called


@dataclass(frozen=True)
class Shown:
    """What one test showed of one program; a plain value, for it comes from another process.

    Attributes:
        name: the test function's name.
        outcome: "passed", "failed", "inconclusive", "error" or "skipped".
        kind: the failure's kind, or "".
        bug_class: the failure's class, or "".
        lines: those of the program that the failure is about.
        token: of the failing schedule, or "".
        world: "explored", "native", or "" for an ordinary test.
        drawn: its inputs, or its schedules, are drawn.
        schedules: how many schedules were run, over all inputs.
        largest: the most of them for one input.
        threads: the most threads of a schedule; 0 where none was explored.
        complete: every class of schedules was run for each input.
        seconds: wall-clock time.
        message: the first line of what was wrong, or "".
    """

    name: str
    outcome: str
    kind: str
    bug_class: str
    lines: tuple[int, ...]
    token: str
    world: str
    drawn: bool
    schedules: int
    largest: int
    threads: int
    complete: bool
    seconds: float
    message: str

    @property
    def bad(self) -> bool:
        """True for a test that did not pass."""
        return self.outcome != PASSED


@dataclass(frozen=True)
class Run:
    """What all tests of a lab showed of one program.

    Attributes:
        lab: the lab's id.
        role: SHIPPED, SOLUTION, OTHER or WRONG.
        program: its name.
        tests: what each test showed, in the order of the file; up to the first bad one for a WRONG program.
        problem: why the tests could not be run, or "".
        expected: what a WRONG program's header names; None for others.
    """

    lab: str
    role: str
    program: str
    tests: tuple[Shown, ...]
    problem: str = ""
    expected: Expected | None = None

    def of(self, world: str) -> list[Shown]:
        """The tests of one world."""
        return [test for test in self.tests if test.world == world]

    def seconds(self, world: str) -> float:
        """How long the tests of one world took."""
        return sum(test.seconds for test in self.of(world))

    @property
    def passed(self) -> bool:
        """True when every test passed, and there was one."""
        return not self.problem and bool(self.tests) and not any(test.bad for test in self.tests)


@dataclass(frozen=True)
class Lab:
    """What the promises of one lab are about.

    Attributes:
        id: the lab's id.
        bug_class: what the shipped program's failure of the goal test is called.
        bug_lines: the lines of the program that its report has to name.
        goal_test: the explored test that is played.
        max_schedules: the budget of one explored test.
        stuck_alone: True where one thread is enough to break the shipped program.
        bounded: tests that say in their docstring why they are not exhaustive.
    """

    id: str
    bug_class: str
    bug_lines: tuple[int, ...]
    goal_test: str
    max_schedules: int
    stuck_alone: bool
    bounded: tuple[str, ...]


def shown(case: CaseResult, program: Path) -> Shown:
    """What is kept of a test's result.

    Args:
        case: the result.
        program: the file of the program that was tested.
    """
    failure = case.failure
    places = failure.places if failure else ()
    text = failure.message if failure else case.text.strip()
    return Shown(
        name=case.name,
        outcome=case.outcome,
        kind=case.kind,
        bug_class=failure.bug_class if failure else "",
        lines=tuple(place.line for place in places if Path(place.file).name == program.name),
        token=case.token,
        world=case.world,
        drawn=case.drawn,
        schedules=case.schedules,
        largest=case.largest,
        threads=case.threads,
        complete=case.complete,
        seconds=case.seconds,
        message=text.partition("\n")[0],
    )


def tests_of(result: LabResult, program: Path) -> tuple[Shown, ...]:
    """What is kept of all results; see :func:`shown`."""
    return tuple(shown(case, program) for case in result.cases)


def sequential(solution: Run) -> set[str]:
    """The names of a lab's sequential tests: the explored ones in which the solution has one thread."""
    return {test.name for test in solution.of(EXPLORED) if test.threads == 1 and not test.drawn}


def broken(lab: Lab, runs: Sequence[Run]) -> list[str]:
    """The promises that a lab does not keep, a sentence each; none for a sound lab.

    Args:
        lab: the lab.
        runs: of all its programs.
    """
    solution = next(run for run in runs if run.role == SOLUTION)
    alone = sequential(solution)
    found = [] if alone else ["there is no sequential test: no explored test has one thread only"]
    found += [f"there is no {each} test" for world, each in _CALLED.items() if not solution.of(world)]
    found += [] if any(test.drawn for test in solution.tests) else ["no test draws its inputs"]
    for run in runs:
        if run.problem:
            found.append(f"{run.program}: {run.problem}")
        elif run.role == SHIPPED:
            found += [f"as shipped: {what}" for what in _not_as_shipped(lab, run, alone)]
        elif run.role == WRONG:
            found += _not_rejected(run)
        else:
            found += [f"{run.program}: {what}" for what in _not_right(lab, run)]
    for role, least in ((OTHER, 3), (WRONG, 4)):
        number = sum(run.role == role for run in runs)
        if number < least:
            found.append(f"{number} {role}_* variants; at least {least} are wanted")
    return found


def _not_as_shipped(lab: Lab, run: Run, alone: set[str]) -> Iterable[str]:
    failing = [test for test in run.of(EXPLORED) if test.outcome == FAILED]
    if not failing:
        yield "no explored test fails"
    if not any(test.outcome == FAILED for test in run.of(NATIVE)):
        yield "no stressed test fails"
    hurt = [test.name for test in run.tests if test.bad and test.name in alone]
    if hurt and (not lab.stuck_alone or len(hurt) == len(alone)):
        yield f"the sequential test {hurt[0]} does not pass"
    if lab.stuck_alone and not hurt:
        yield "the registry says stuck_alone, and every sequential test passes"
    goal = next((test for test in run.of(EXPLORED) if test.name == lab.goal_test), None)
    if goal is None:
        yield f"there is no explored test {lab.goal_test}, which the registry calls the goal_test"
    elif goal.outcome != FAILED:
        yield f"the goal_test {lab.goal_test} ends {goal.outcome}, and should fail"
    elif goal.bug_class != lab.bug_class:
        yield f"the bug class of {lab.goal_test} is {goal.bug_class!r}; the registry says {lab.bug_class!r}"
    elif not _names(goal, lab.bug_lines):
        named = f"names the lines {_numbers(goal.lines)}"
        yield f"the report of {lab.goal_test} {named}; the registry says {_numbers(lab.bug_lines)}"
    for test in run.tests:
        if test.outcome not in (PASSED, FAILED):
            yield f"{test.name} ends {test.outcome}: {test.message}"


def _not_right(lab: Lab, run: Run) -> Iterable[str]:
    if not run.tests:
        yield "no test was run"
    for test in run.tests:
        if test.bad:
            yield f"{test.name} ends {test.outcome}: {test.kind} {test.message}".rstrip()
        elif test.world == EXPLORED:
            if not test.complete and test.name not in lab.bounded:
                yield f'{test.name} is not exhaustive, and no docstring "Not exhaustive: ..." says why'
            if test.largest > lab.max_schedules:
                yield f"{test.name} ran {test.largest} schedules; the budget is {lab.max_schedules}"


def _not_rejected(run: Run) -> Iterable[str]:
    bad = next((test for test in run.tests if test.bad), None)
    if bad is None:
        yield f"{run.program} passes every test"
    elif bad.world != EXPLORED:
        yield f"{run.program}: the first test that rejects it is {bad.name}, which is not explored"
    elif run.expected is None or (bad.kind or bad.outcome) != run.expected.kind:
        says = run.expected.kind if run.expected else "nothing"
        yield f"{run.program}: {bad.name} ends {bad.kind or bad.outcome}, and its header says {says}"
    elif bad.drawn:
        return  # other inputs may show it in another way
    elif bad.bug_class != run.expected.bug_class:
        yield f"{run.program}: {bad.name} shows {bad.bug_class!r}, and its header says {run.expected.bug_class!r}"
    elif not _names(bad, run.expected.lines):
        named = f"names the lines {_numbers(bad.lines)}"
        yield f"{run.program}: the report of {bad.name} {named}, and its header says {_numbers(run.expected.lines)}"


def _names(test: Shown, lines: Sequence[int]) -> bool:
    """True where a report names the lines that it should, and is not expected to name none where it does."""
    return set(lines) <= set(test.lines) and bool(lines) == bool(test.lines)


def _numbers(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines)) or "none"
