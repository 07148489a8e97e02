"""What an exploration found, as one value."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync_tools.words.errors import ScenarioFailed, ScenarioInconclusive, UserError
from sync_tools.words.failure import Failure, Race
from sync_tools.words.outcome import Outcome

PASSED, FAILED, INCONCLUSIVE = "passed", "failed", "inconclusive"


@dataclass(frozen=True)
class Exploration:
    """What an exploration found.

    Attributes:
        outcome: "passed", "failed" or "inconclusive".
        complete: True when every class of equivalent schedules of the observed operations was run.
        schedules: how many were run to their end.
        redundant: how many were begun and cut short, because an equivalent one had been run (sleep-blocked).
        sampled: how many were drawn beside the search, to find sooner what lies deep; they are in none of the counts.
        failing: how many of them broke the scenario.
        operations: visible operations, over all schedules.
        threads: the most threads of a schedule, the scenario's own among them; 0 on OS threads, where none are counted.
        seconds: wall-clock time.
        results: how often each result (its repr, where it cannot be hashed) was returned.
        outcomes: the results as texts, and the ways to fail, each with how many schedules came to it and the token of
            one; only with ``stop="never"``, where all are run.
        unseen: what could not be observed, one sentence each.
        too_long: the one of these that says where a schedule ran past the step budget, or "".
        failure: the smallest failing schedule, or None.
        races: the data races of the schedules that were run, each pair of lines once; no failure by themselves.
        waited_out: where nobody could go on but by a time-out, one phrase each: progress that only the clock made, as
            when a signal is forgotten and a poll covers it up.
        virtual_seconds: the shortest and the longest virtual time of a schedule.
    """

    scenario: str
    outcome: str
    complete: bool
    schedules: int
    redundant: int = 0
    sampled: int = 0
    failing: int = 0
    operations: int = 0
    threads: int = 0
    seconds: float = field(default=0.0, compare=False)
    results: Counter[Any] = field(default_factory=Counter)
    outcomes: tuple[Outcome, ...] = ()
    unseen: tuple[str, ...] = ()
    too_long: str = ""
    failure: Failure | None = None
    races: tuple[Race, ...] = ()
    waited_out: tuple[str, ...] = ()
    virtual_seconds: tuple[float, float] = (0.0, 0.0)
    world: str = "explored"

    def table(self, width: int = 80) -> str:
        """What this scenario can come to, one line an outcome: how many classes, the result, and the token of one.

        Args:
            width: columns.

        Raises:
            UserError: the exploration stopped at its first failure, so that not all outcomes are known.
        """
        if not self.outcomes and self.schedules:
            raise UserError('there is no table of outcomes: say explore(..., stop="never"), which runs all schedules')
        return _renderer(self, width) if _renderer is not None else "\n".join(each.result for each in self.outcomes)

    def to_html(self, path: str | os.PathLike[str]) -> Path:
        """Write the page of its failure, with the table of outcomes where there is one; see :meth:`Failure.to_html`.

        Args:
            path: where to; a file that is there is replaced.

        Returns:
            The file.

        Raises:
            UserError: nothing failed, or it cannot be written.
        """
        if self.failure is None:
            raise UserError(f"{self.scenario}: nothing failed, so there is no schedule to step through.")
        if _page_writer is None:
            return self.failure.to_html(path)
        return _page_writer(self.failure, Path(path), self.outcomes)

    def raise_if_failed(self, inconclusive: str = "fail") -> None:
        """Raise what a test should report.

        Args:
            inconclusive: "fail" or "pass": what a budget that ran out means here.

        Raises:
            ScenarioFailed: a schedule broke the scenario.
            ScenarioInconclusive: the budget ended first, and that is not good enough.
        """
        if self.failure is not None:
            raise ScenarioFailed(self.failure)
        if self.outcome == INCONCLUSIVE and inconclusive == "fail":
            raise ScenarioInconclusive(f"{self.scenario}: inconclusive. {self._why_inconclusive()}")

    def _why_inconclusive(self) -> str:
        if self.too_long:
            return (
                f"No schedule failed, but {self.too_long}. What goes wrong in a hundred thousand turns goes wrong in "
                "two or three: let the scenario take fewer. Or raise max_steps."
            )
        return (
            f"{self.schedules} schedules were run and none failed, but there are more. Raise max_schedules, make the "
            'scenario smaller, or accept samples with inconclusive="pass".'
        )


# Set by the presentation layer, which stands above this one: imports only go downward.
_renderer: Callable[[Exploration, int], str] | None = None
_page_writer: Callable[[Failure, Path, Sequence[Outcome]], Path] | None = None


def set_renderer(
    renderer: Callable[[Exploration, int], str], page_writer: Callable[[Failure, Path, Sequence[Outcome]], Path]
) -> None:
    """Tell explorations how to draw their outcomes (called once by ``sync_tools.presentation.outcomes``)."""
    global _renderer, _page_writer
    _renderer, _page_writer = renderer, page_writer
