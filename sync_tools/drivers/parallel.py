"""One exploration spread over processes: parts of the search go out in rounds, and what they find is joined in order.

Rounds make the outcome independent of who is quick: the same parts, of the same size, are joined in the same order
whatever the number of processes.
"""

from __future__ import annotations

import importlib
import multiprocessing
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sync_tools.drivers.interrupts import signals_belong_to
from sync_tools.drivers.racing import RaceWatch
from sync_tools.drivers.runner import Runner
from sync_tools.drivers.tally import Tally
from sync_tools.drivers.waits import time_outs
from sync_tools.strategies.dpor import Dpor
from sync_tools.strategies.parts import Part, PartialDpor, Shared, cut
from sync_tools.strategies.wakeup import Sequence as Reversal
from sync_tools.words.errors import UserError
from sync_tools.words.failure import Race

ALONE = 200  # schedules before the search is cut into parts: what is done by then needs no other process
ROUND = 16  # parts that go out together
SLICE = 250  # schedules of one part before what is left of it is cut again


@dataclass(frozen=True)
class Job:
    """What a process must know to run schedules of a scenario.

    Attributes:
        module, name: where the scenario stands.
        rest: its arguments and the runner's options, pickled.
        races: whether data races are looked for.
        first: whether the first failing schedule is enough.
    """

    module: str
    name: str
    rest: bytes
    races: bool
    first: bool

    @classmethod
    def of(cls, runner: Runner, races: bool, first: bool) -> Job:
        """The job of a runner.

        Raises:
            UserError: the scenario or its arguments cannot be had in another process.
        """
        scenario = runner.scenario
        module, name = getattr(scenario, "__module__", None), getattr(scenario, "__qualname__", "")
        if not isinstance(module, str) or "<" in name:
            what = name or repr(scenario)
            raise UserError(f"jobs= needs a scenario that other processes can import, at module level; {what} is not")
        try:
            rest = pickle.dumps((runner.args, runner.kwargs, runner.options()))
        except Exception as error:
            raise UserError(f"jobs= needs arguments that can be pickled: {error}") from error
        return cls(module, name, rest, races, first)

    def runner(self) -> Runner:
        """The same runner, in this process."""
        found: Any = sys.modules.get(self.module) or importlib.import_module(self.module)
        for part in self.name.split("."):
            found = getattr(found, part)
        args, kwargs, options = pickle.loads(self.rest)
        return Runner(getattr(found, "scenario", found), args, kwargs, **options)


@dataclass
class Found:
    """What a part showed.

    Attributes:
        tally: counts. Invariant: no run in it, for runs stay where they were made.
        failed: the threads of its first failing schedule, one an operation; None if none failed.
        failed_on: which of its schedules that was.
        raced: the threads of the first schedule with a data race, and the places of the two accesses.
        raced_on: which of its schedules that was.
        unseen, races, waited_out: as in ``Exploration``.
        reversals: at choices above the part.
        left: parts that are still to be run.
    """

    tally: Tally
    failed: list[int] | None = None
    failed_on: int = 0
    unseen: list[str] = field(default_factory=list)
    races: list[Race] = field(default_factory=list)
    waited_out: tuple[str, ...] = ()
    raced: tuple[list[int], tuple[int, int]] | None = None
    raced_on: int = 0
    reversals: list[tuple[int, Reversal]] = field(default_factory=list)
    left: list[Part] = field(default_factory=list)


def run_part(job: Job, part: Part, most: int) -> Found:
    """Run schedules of a part, in whichever process.

    Args:
        job: of which scenario.
        part: which schedules.
        most: how many.
    """
    runner = job.runner()
    search = PartialDpor(part)
    tally = Tally()
    watch = RaceWatch(runner, search) if job.races else None
    found = Found(tally)
    with signals_belong_to(runner), runner.open():
        while search.begin():
            run = runner.run(search)
            search.end(run.world)
            tally.add(run)
            if watch is not None:
                watch.look(run)
            if run.world.waited_out and not found.waited_out:
                found.waited_out = time_outs(runner, run)
            if run.failed and found.failed is None:
                found.failed = [op.tid for op in run.world.trace]
                found.failed_on = tally.begun
            failed = run.failed
            run.world.forget()
            tally.first = None
            if tally.begun >= most or (failed and job.first):
                found.left = cut(search)
                break
    tally.make_picklable()
    found.unseen = list(runner.unseen)
    if watch is not None:
        found.races = watch.found
        if watch.first is not None:
            found.raced = [op.tid for op in watch.first.world.trace], watch.pair
            found.raced_on = watch.first_on
    found.reversals = search.found
    return found


@contextmanager
def pool(jobs: int | Executor) -> Iterator[Executor]:
    """The executor itself, or one with so many processes, that start afresh and share nothing."""
    if isinstance(jobs, int):
        with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as executor:
            yield executor
    else:
        yield jobs


def run_parts(job: Job, search: Dpor, executor: Executor, budget: int, join: Callable[[Found], bool]) -> bool:
    """Run what is left of a search, part by part.

    Args:
        job: of which scenario.
        search: a search that has been begun.
        executor: runs the parts.
        budget: schedules that may still be begun.
        join: takes what a part found, in order; True to stop.

    Returns:
        True when nothing is left.
    """
    shared = Shared()
    parts = cut(search)
    shared.hand_out(parts)
    while parts:
        if budget <= 0:
            return False
        now, parts = parts[:ROUND], parts[ROUND:]
        most = max(1, min(SLICE, budget // len(now)))
        stop = False
        more: list[Part] = []
        for part, found in zip(now, _all(executor, job, now, most), strict=True):
            budget -= found.tally.begun
            stop = stop or join(found)
            shared.hand_out(found.left)
            more += found.left + shared.join(part, found.reversals)
        parts = more + parts
        if stop:
            return False
    return True


def _all(executor: Executor, job: Job, parts: Sequence[Part], most: int) -> list[Found]:
    futures = [executor.submit(run_part, job, part, most) for part in parts]
    try:
        return [future.result() for future in futures]
    finally:
        for future in futures:
            future.cancel()
