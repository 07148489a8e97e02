"""The course of an exploration: schedule after schedule, and what they show; in one process, then in several."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, NamedTuple

from sync_tools.drivers.parallel import Found, Job, run_parts
from sync_tools.drivers.racing import RaceWatch
from sync_tools.drivers.runner import Run, Runner
from sync_tools.drivers.shrink import audit
from sync_tools.drivers.tally import Tally
from sync_tools.drivers.waits import time_outs
from sync_tools.strategies.auto import Auto
from sync_tools.strategies.base import Strategy
from sync_tools.strategies.dpor import Dpor
from sync_tools.strategies.following import Planned, Same
from sync_tools.words.failure import Race

EVERY = 64  # schedules between two reports of progress


class Progress(NamedTuple):
    """How far an exploration is.

    Attributes:
        schedules: how many were begun.
        depth: visible operations of the last one.
        share: how much of the space is explored, a guess between 0 and 1; None where it cannot be guessed.
    """

    schedules: int
    depth: int
    share: float | None


class Course:
    """Runs the schedules of an exploration.

    Args:
        runner: runs one.
        search: says which.
        stop, races: as for ``explore``.

    Attributes:
        tally: what was seen.
        exhausted: True when the strategy had nothing left.
        broken: True when there is a reason to stop.
        elsewhere: the threads of the first failing schedule, where another process ran it.
        waited_out: see ``Exploration``.
        raced: threads and places of the first data race, where another process found it.
        raced_on: on which schedule the first one was found.
    """

    def __init__(self, runner: Runner, search: Strategy, stop: str, races: str) -> None:
        self.runner = runner
        self.search = search
        self.first = stop == "first"
        self.failing_races = races == "fail"
        self.watch = None if races == "off" else RaceWatch(runner, search)
        self.tally = Tally()
        self.exhausted = False
        self.broken = False
        self.elsewhere: list[int] | None = None
        self.waited_out: tuple[str, ...] = ()
        self.raced: tuple[list[int], tuple[int, int]] | None = None
        self.raced_on = 0
        self._races: dict[tuple[Any, Any], Race] = {}

    @property
    def races(self) -> list[Race]:
        """Each pair of lines once, in the order in which they were found."""
        return [*(self.watch.found if self.watch is not None else ()), *self._races.values()]

    def shown_race(self) -> tuple[Run, tuple[int, int]] | None:
        """A schedule with a data race, run with details, and the places of the two accesses in its trace."""
        if self.raced is not None:
            plain = self.runner.run(Planned(self.raced[0]))
            return self.runner.run(Same(plain.world.trace), detail=True), self.raced[1]
        if self.watch is None or self.watch.first is None:
            return None
        return self.watch.first, self.watch.pair

    def run(self, enough: Callable[[], bool], most: int | None, progress: Callable[[Progress], None] | None) -> None:
        """Run schedules in this process until there is a reason to stop, nothing is left, or it is enough.

        Args:
            enough: asked before each schedule.
            most: how many to run before the rest goes to other processes; None for all.
            progress: see ``explore``.
        """
        search, tally = self.search, self.tally
        while most is None or tally.begun < most:
            if not search.begin():
                self.exhausted = True
                return
            if enough():
                return
            run = self.runner.run(search)
            search.end(run.world)
            tally.add(run, bool(getattr(search, "sample", False)))
            if tally.begun == 1 and not run.failed:
                audit(self.runner, run)
            racing = self.watch is not None and self.watch.look(run)
            if racing and not self.raced_on:
                self.raced_on = tally.begun
            if run.world.waited_out and not self.waited_out:
                self.waited_out = time_outs(self.runner, run)
            if progress is not None and tally.begun % EVERY == 0:
                progress(Progress(tally.begun, len(run.world.trace), share_of(search)))
            if (run.failed or (racing and self.failing_races)) and self.first:
                self.broken = True
                return
            if run is not tally.first:
                run.world.forget()

    def go_on(
        self,
        job: Job,
        executor: Executor,
        most: int,
        enough: Callable[[], bool],
        progress: Callable[[Progress], None] | None,
    ) -> None:
        """Run the rest of the search in other processes.

        Args:
            job: what they must know.
            executor: has them.
            most: schedules in all.
            enough: asked after each part.
            progress: see ``explore``.
        """
        search = self.search.search if isinstance(self.search, Auto) else self.search
        assert isinstance(search, Dpor)

        def join(found: Found) -> bool:
            self._join(found)
            if progress is not None:
                progress(Progress(self.tally.begun, 0, None))
            return self.broken or enough()

        self.exhausted = run_parts(job, search, executor, most - self.tally.begun, join)

    def _join(self, found: Found) -> None:
        tally = self.tally
        if found.failed is not None and tally.first is None and self.elsewhere is None:
            self.elsewhere = found.failed
            tally.found_on = tally.begun + found.failed_on
        if found.raced is not None and not self.raced_on:
            self.raced, self.raced_on = found.raced, tally.begun + found.raced_on
        tally.join(found.tally)
        known = {(race.first.site, race.second.site) for race in self.races}
        for race in found.races:
            pair = (race.first.site, race.second.site)
            if pair not in known and (pair[1], pair[0]) not in known:
                self._races.setdefault(pair, race)
        self.runner.unseen.extend(item for item in found.unseen if item not in self.runner.unseen)
        self.waited_out = self.waited_out or found.waited_out
        if self.first and (found.failed is not None or (found.races and self.failing_races)):
            self.broken = True


def share_of(search: Strategy) -> float | None:
    """How much of its space a search has explored; a guess."""
    if isinstance(search, Auto):
        search = search.search
    return search.share() if isinstance(search, Dpor) else None
