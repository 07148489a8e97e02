"""What the schedules of an exploration showed, counted as they are run."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sync_tools.drivers.runner import Run, shown
from sync_tools.kernel.turns import PRUNED
from sync_tools.words.addresses import without_addresses
from sync_tools.words.outcome import FAILED, PRINTED, RETURNED
from sync_tools.words.sites import site


@dataclass
class Kept:
    """How often one outcome was met, and the threads of the first schedule that came to it, one an operation."""

    classes: int
    threads: list[int]


class Tally:
    """Counts schedules.

    Attributes:
        begun: all schedules that were begun, samples among them.
        schedules: those that were run to their end and count as classes.
        sampled: those that were drawn beside the search.
        failing: how many of `schedules` broke the scenario.
        operations: visible operations, over all schedules.
        results: how often each result was returned.
        outcomes: the same as texts, together with what was printed and with failures: by how it ended, and what with.
        first: the first failing run.
        found_on: on which schedule it was found, samples counted.
        unfair: True when some schedule ran to the step budget, and did not fail.
        long_at: the loop in which the first of these was then, if it was in one.
        threads: the most threads of a schedule, the scenario's own among them.
        shortest, longest: virtual time of a schedule, seconds.
    """

    def __init__(self) -> None:
        self.begun = 0
        self.schedules = 0
        self.sampled = 0
        self.failing = 0
        self.found_on = 0
        self.operations = 0
        self.results: Counter[Any] = Counter()
        self.outcomes: dict[tuple[str, str], Kept] = {}
        self.first: Run | None = None
        self.unfair = False
        self.long_at = ""
        self.threads = 0
        self.shortest = float("inf")
        self.longest = 0.0

    @property
    def redundant(self) -> int:
        """Schedules that were cut short."""
        return self.begun - self.schedules - self.sampled

    def add(self, run: Run, sample: bool = False) -> None:
        """Count a run; of a sample only what fails matters."""
        self.begun += 1
        world = run.world
        self.operations += len(world.trace)
        self.threads = max(self.threads, len(world.threads))
        if sample:
            self.sampled += 1
            self._keep_failing(run)
            return
        if world.stopped == PRUNED:
            self._keep_failing(run)  # what it did was done; its class is counted elsewhere
            return
        self.schedules += 1
        self.shortest = min(self.shortest, world.clock)
        self.longest = max(self.longest, world.clock)
        self._keep_outcome(run)
        if run.failed:
            self.failing += 1
            self._keep_failing(run)
            return
        if world.unfair and not self.unfair:
            self.unfair = True
            loop = world.outlook.first if world.outlook is not None else None
            self.long_at = "" if loop is None else site(loop).short()
        try:
            self.results[run.result] += 1
        except TypeError:
            self.results[repr(run.result)] += 1

    def join(self, other: Tally) -> None:
        """Count what another process has counted."""
        for name in ("begun", "schedules", "sampled", "failing", "operations"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.results.update(other.results)
        for key, kept in other.outcomes.items():
            self.outcomes.setdefault(key, Kept(0, kept.threads)).classes += kept.classes
        self.unfair = self.unfair or other.unfair
        self.long_at = self.long_at or other.long_at
        self.threads = max(self.threads, other.threads)
        self.shortest = min(self.shortest, other.shortest)
        self.longest = max(self.longest, other.longest)

    def make_picklable(self) -> None:
        """Let go of runs, and keep results that cannot be sent as what they look like."""
        self.first = None
        try:
            pickle.dumps(self.results)
        except Exception:
            self.results = Counter({repr(result): count for result, count in self.results.items()})

    def _keep_outcome(self, run: Run) -> None:
        key = outcome_of(run)
        kept = self.outcomes.get(key)
        if kept is None:
            self.outcomes[key] = Kept(1, [op.tid for op in run.world.trace])
        else:
            kept.classes += 1

    def _keep_failing(self, run: Run) -> None:
        if run.failed and self.first is None:
            self.first = run
            self.found_on = self.begun


def outcome_of(run: Run) -> tuple[str, str]:
    """How a schedule ended, and what with: what tells one outcome from another."""
    if run.failed:
        errors = run.world.errors
        said = f"{type(errors[0][1]).__name__}: {errors[0][1]}" if errors else run.world.stopped
        return FAILED, without_addresses(said).partition("\n")[0]
    if run.result is None and run.output:
        return PRINTED, run.output
    return RETURNED, shown(run.result)
