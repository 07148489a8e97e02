"""What running a lab's tests gives: frozen values, to be drawn or written by others."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from sync_tools.doors.registry import Lab
from sync_tools.words.failure import Failure

PASSED, FAILED, INCONCLUSIVE, ERROR, SKIPPED = "passed", "failed", "inconclusive", "error", "skipped"


@dataclass(frozen=True)
class CaseResult:
    """One test.

    Attributes:
        name: the test function's name, with parameters in brackets.
        node: pytest's name for it, ``tests/labs/test_lab01_hit_counter.py::test_...``.
        outcome: "passed", "failed", "inconclusive", "error" (it could not be run) or "skipped".
        kind: the failure's kind, one of ``words.failure.KINDS``; "" where there is none.
        seconds: wall-clock time.
        world: "explored", "native", or "" for an ordinary test.
        inputs: explorations or stress runs of this test; more than one where inputs are drawn.
        schedules: schedules (or rounds, on OS threads) over all of them.
        largest: the most of them for one input.
        threads: the most threads of a schedule; 0 where none was explored.
        drawn: its inputs, or its schedules, are drawn by hypothesis.
        complete: True when every class of schedules was run for each input.
        failure: what broke, or None.
        text: the error's text where there is no Failure; "" for a passed test.
        notes: what else was said about the failure, such as the inputs that were drawn.
    """

    name: str
    node: str
    outcome: str
    kind: str = ""
    seconds: float = 0.0
    world: str = ""
    inputs: int = 0
    schedules: int = 0
    largest: int = 0
    threads: int = 0
    drawn: bool = False
    complete: bool = False
    failure: Failure | None = None
    text: str = ""
    notes: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        """The token of the failing schedule, or ""."""
        return self.failure.schedule if self.failure else ""

    @property
    def title(self) -> str:
        """The name as words."""
        function, bracket, rest = self.name.partition("[")
        return function.removeprefix("test_").replace("_", " ") + bracket + rest

    def report(self, width: int) -> str:
        """Why it did not pass, as text of that width; "" for a passed test."""
        text = self.failure.report(width) if self.failure else self.text
        if not self.failure and "\n" not in text:
            text = textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
        return "\n".join([text, *self.notes]).rstrip()


@dataclass(frozen=True)
class LabResult:
    """All tests of one lab against one target.

    Attributes:
        lab: the lab.
        target: as it was asked for.
        cases: the tests, in the order of the file.
        left_out: how many more there are, which were not run.
    """

    lab: Lab
    target: str
    cases: tuple[CaseResult, ...]
    left_out: int = 0

    @property
    def tests(self) -> int:
        """How many tests there are."""
        return len(self.cases) + self.left_out

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return sum(case.outcome == PASSED for case in self.cases)

    @property
    def seconds(self) -> float:
        """Wall-clock time of all tests."""
        return sum(case.seconds for case in self.cases)

    @property
    def classes(self) -> int:
        """Classes of schedules that were run, over all explored tests."""
        return sum(case.schedules for case in self.cases if case.world == "explored")

    @property
    def outcome(self) -> str:
        """ "passed" (all tests did), "failed" or "inconclusive". A skipped test is not a passed one."""
        if any(case.outcome in (FAILED, ERROR) for case in self.cases):
            return FAILED
        return PASSED if self.passed == self.tests > 0 else INCONCLUSIVE

    def first_failure(self) -> CaseResult | None:
        """The test to show: the first that has an interleaving, else the first that did not pass."""
        bad = [case for case in self.cases if case.outcome != PASSED]
        explored = [case for case in bad if case.failure and case.failure.world == "explored"]
        return next(iter(explored or bad), None)
