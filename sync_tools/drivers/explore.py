"""Explore a scenario: run schedules until one breaks it, all classes are done, or the budget ends."""

from __future__ import annotations

import inspect
import time as clock
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync_tools.drivers.building import build_failure
from sync_tools.drivers.interrupts import signals_belong_to
from sync_tools.drivers.runner import Run, Runner
from sync_tools.drivers.shrink import again, departures_of, shrink
from sync_tools.instrument.compiling import read_source
from sync_tools.strategies.base import Strategy
from sync_tools.strategies.dfs import Dfs
from sync_tools.strategies.dpor import Dpor
from sync_tools.strategies.pct import Pct
from sync_tools.strategies.pos import Pos
from sync_tools.strategies.sampling import RandomWalk
from sync_tools.strategies.surw import Surw
from sync_tools.words.errors import ScenarioFailed, ScenarioInconclusive, UserError
from sync_tools.words.failure import Failure
from sync_tools.words.schedule import Token, digest

MAX_SCHEDULES = 20_000
PASSED, FAILED, INCONCLUSIVE = "passed", "failed", "inconclusive"
SAMPLERS: dict[str, Callable[[int], Strategy]] = {"random": RandomWalk, "pct": Pct, "pos": Pos, "surw": Surw}
SAMPLING = frozenset(SAMPLERS)
STRATEGIES = ("auto", "dpor", "dfs", *SAMPLERS)


@dataclass(frozen=True)
class Exploration:
    """What an exploration found.

    Attributes:
        outcome: "passed", "failed" or "inconclusive".
        complete: True when every class of equivalent schedules of the observed operations was run.
        schedules: how many were run to their end.
        redundant: how many were begun and cut short, because an equivalent one had been run.
        failing: how many of them broke the scenario.
        operations: visible operations, over all schedules.
        seconds: wall-clock time.
        results: how often each result (its repr, where it cannot be hashed) was returned.
        unseen: what could not be observed, one sentence each.
        failure: the smallest failing schedule, or None.
        virtual_seconds: the shortest and the longest virtual time of a schedule.
    """

    scenario: str
    outcome: str
    complete: bool
    schedules: int
    redundant: int = 0
    failing: int = 0
    operations: int = 0
    seconds: float = field(default=0.0, compare=False)
    results: Counter[Any] = field(default_factory=Counter)
    unseen: tuple[str, ...] = ()
    failure: Failure | None = None
    virtual_seconds: tuple[float, float] = (0.0, 0.0)
    world: str = "explored"

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
            raise ScenarioInconclusive(
                f"{self.scenario}: inconclusive. {self.schedules} schedules were run and none failed, but there are "
                "more. Raise max_schedules, make the scenario smaller, or accept samples with "
                'inconclusive="pass".'
            )


def tokens_of(runner: Runner) -> tuple[str, str]:
    """The digests of the scenario and of the program under test."""
    scenario = inspect.unwrap(runner.scenario)
    try:
        source = inspect.getsource(scenario)
    except (OSError, TypeError):
        source = getattr(scenario, "__qualname__", repr(type(scenario)))
    labs = runner.labs()
    if labs:
        program = "".join(read_source(lab.program_path) for lab in labs)
    else:
        try:
            program = inspect.getsource(inspect.getmodule(scenario) or scenario)
        except (OSError, TypeError):
            program = source
    return digest(source), digest(program)


def strategy_for(name: str, preemptions: int | None, seed: int, time: str) -> Strategy:
    """The strategy with that name.

    Raises:
        UserError: there is none, or it cannot be bounded.
    """
    if name not in STRATEGIES:
        raise UserError(f"unknown strategy {name!r}; there are {', '.join(STRATEGIES)}")
    if preemptions is not None and name not in ("dfs", "auto"):
        raise UserError(f"preemptions= goes with strategy='dfs': a bound cuts schedules that {name!r} counts on")
    if time == "exact" and name == "dpor":
        raise UserError("time='exact' makes everything depend on the clock, so no schedules are equivalent; use 'dfs'")
    if name in SAMPLERS:
        return SAMPLERS[name](seed)
    if name == "dfs" or preemptions is not None or time == "exact":
        return Dfs(preemptions)
    return Dpor()


def explore(
    scenario: Callable[..., Any],
    *,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    strategy: str = "auto",
    stop: str = "first",
    time: str = "any",
    max_schedules: int = MAX_SCHEDULES,
    time_limit: float | None = None,
    preemptions: int | None = None,
    seed: int = 0,
    instrument: Iterable[str] = (),
    max_steps: int | None = None,
    name: str | None = None,
    replay_command: str = "",
    hint: str = "",
    progress: Callable[[int], None] | None = None,
) -> Exploration:
    """Run a scenario under every distinguishable interleaving of its threads.

    Args:
        scenario: a function that starts threads, joins them and asserts.
        args, kwargs: its arguments.
        strategy: "auto" (dpor, or dfs under exact time), "dpor" (one schedule a class), "dfs" (every schedule), or a
            sampler: "random" (a walk), "pct" (random priorities with change points), "pos" (partial order sampling)
            or "surw" (selectively uniform random walk). Samplers prove nothing; they find bugs in large spaces.
        stop: "first" stops at the first failing schedule, "never" runs them all.
        time: "any": every delay is a lower bound. "exact": the clock moves only when nobody can run; for measuring.
        max_schedules: the budget; when it ends first the outcome is "inconclusive".
        time_limit: seconds of wall-clock time after which to give up; a safety net, None for none.
        preemptions: with "dfs", run only the schedules with at most that many preemptions.
        seed: for the samplers, and for the program's own random numbers.
        instrument: further packages whose accesses to shared state are to be seen.
        max_steps: visible operations in one schedule before fairness is forced.
        name, replay_command, hint: for the report.
        progress: called now and then with the number of schedules run.

    Returns:
        An :class:`Exploration`.

    Raises:
        UserError: wrong arguments, a lab that cannot be loaded, a scenario that is not deterministic or does what no
            schedule can control.
    """
    if stop not in ("first", "never"):
        raise UserError(f"stop={stop!r}: say 'first' or 'never'")
    if time not in ("any", "exact"):
        raise UserError(f"time={time!r}: say 'any' or 'exact'")
    if max_schedules < 1:
        raise UserError(f"max_schedules={max_schedules}: at least one schedule must be run")
    search = strategy_for(strategy, preemptions, seed, time)
    more = {} if max_steps is None else {"max_steps": max_steps}
    runner = Runner(scenario, args, kwargs, time=time, seed=seed, instrument=instrument, **more)
    title = name or str(getattr(scenario, "__name__", "scenario"))
    tally = _Tally(title)
    began = clock.perf_counter()
    exhausted = False
    with signals_belong_to(runner), runner.open():
        while search.begin():
            if tally.begun >= max_schedules:
                break
            if time_limit is not None and clock.perf_counter() - began > time_limit:
                break
            run = runner.run(search)
            search.end(run.world)
            tally.add(run)
            if progress is not None and tally.begun % 64 == 0:
                progress(tally.begun)
            if tally.begun == 1 and not run.failed:
                again(runner, run)  # the audit: a schedule run twice must give the same operations
            if run.failed and stop == "first":
                break
        else:
            exhausted = True
        failure = None
        if tally.first is not None:
            small = shrink(runner, tally.first)
            token = str(Token(*tokens_of(runner), departures_of(small.run)))
            failure = build_failure(
                small.run,
                scenario=title,
                token=token,
                found_on=tally.found_on,
                least=small.least,
                replay=replay_command.format(token=token) if replay_command else "",
                hint=hint,
            )
    bounded = isinstance(search, Dfs) and search.cut
    seen_all = exhausted and not bounded and not runner.unseen and not tally.unfair and time == "any"
    outcome = FAILED if failure else PASSED if exhausted and not bounded and not tally.unfair else INCONCLUSIVE
    return Exploration(
        scenario=title,
        outcome=outcome,
        complete=seen_all and strategy not in SAMPLING,
        schedules=tally.schedules,
        redundant=tally.begun - tally.schedules,
        failing=tally.failing,
        operations=tally.operations,
        seconds=clock.perf_counter() - began,
        results=tally.results,
        unseen=tuple(runner.unseen) + (("a loop ran to the step budget",) if tally.unfair else ()),
        failure=failure,
        virtual_seconds=(tally.shortest, tally.longest),
    )


class _Tally:
    """What has been seen so far."""

    def __init__(self, scenario: str) -> None:
        self.scenario = scenario
        self.begun = 0
        self.schedules = 0
        self.failing = 0
        self.found_on = 0
        self.operations = 0
        self.results: Counter[Any] = Counter()
        self.first: Run | None = None
        self.unfair = False
        self.shortest = float("inf")
        self.longest = 0.0

    def add(self, run: Run) -> None:
        self.begun += 1
        world = run.world
        self.operations += len(world.trace)
        if world.stopped == "pruned":
            return
        self.schedules += 1
        self.shortest = min(self.shortest, world.clock)
        self.longest = max(self.longest, world.clock)
        self.unfair = self.unfair or (world.unfair and not run.failed)
        if run.failed:
            self.failing += 1
            if self.first is None:
                self.first = run
                self.found_on = self.schedules
            return
        try:
            self.results[run.result] += 1
        except TypeError:
            self.results[repr(run.result)] += 1
