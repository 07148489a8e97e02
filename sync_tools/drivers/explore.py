"""Explore a scenario: run schedules until one breaks it, all classes are done, or the budget ends."""

from __future__ import annotations

import inspect
import time as clock
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sync_tools.drivers.building import build_failure
from sync_tools.drivers.choosing import SAMPLING, strategy_for
from sync_tools.drivers.exploration import FAILED, INCONCLUSIVE, PASSED, Exploration
from sync_tools.drivers.interrupts import signals_belong_to
from sync_tools.drivers.racing import RaceWatch
from sync_tools.drivers.runner import Runner
from sync_tools.drivers.shrink import again, departures_of, shrink
from sync_tools.drivers.tally import Tally
from sync_tools.drivers.waits import time_outs
from sync_tools.instrument.compiling import read_source
from sync_tools.strategies.dfs import Dfs
from sync_tools.words.errors import UserError
from sync_tools.words.failure import Failure
from sync_tools.words.schedule import Token, digest

MAX_SCHEDULES = 20_000


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


def _shrunk(runner: Runner, tally: Tally, title: str, replay_command: str, hint: str) -> Failure:
    assert tally.first is not None
    small = shrink(runner, tally.first)
    token = str(Token(*tokens_of(runner), departures_of(small.run)))
    return build_failure(
        small.run,
        scenario=title,
        token=token,
        found_on=tally.found_on,
        least=small.least,
        replay=replay_command.format(token=token) if replay_command else "",
        hint=hint,
    )


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
    races: str = "report",
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
        strategy: "auto" (dpor, with samples beside it where the space is large; dfs under exact time), "dpor" (one
            schedule a class), "dfs" (every schedule), or a sampler, which proves nothing: "random", "pct", "pos", "surw".
        stop: "first" stops at the first failing schedule, "never" runs them all.
        time: "any": every delay is a lower bound. "exact": the clock moves only when nobody can run; for measuring.
        max_schedules: the budget; when it ends first the outcome is "inconclusive".
        time_limit: seconds of wall-clock time after which to give up; a safety net, None for none.
        preemptions: with "dfs", run only the schedules with at most that many preemptions.
        seed: for samples, and for the program's own random numbers.
        instrument: further packages whose accesses to shared state are to be seen.
        races: what data races are: "report" (beside the verdict), "fail" (a failure), or "off" (not looked for).
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
    if races not in ("report", "fail", "off"):
        raise UserError(f"races={races!r}: say 'report', 'fail' or 'off'")
    if max_schedules < 1:
        raise UserError(f"max_schedules={max_schedules}: at least one schedule must be run")
    search = strategy_for(strategy, preemptions, seed, time, stop)
    more = {} if max_steps is None else {"max_steps": max_steps}
    runner = Runner(scenario, args, kwargs, time=time, seed=seed, instrument=instrument, **more)
    title = name or str(getattr(scenario, "__name__", "scenario"))
    tally = Tally()
    watch = None if races == "off" else RaceWatch(runner, search)
    waited_out: tuple[str, ...] = ()
    began = clock.perf_counter()
    exhausted = False
    failure = None
    with signals_belong_to(runner), runner.open():
        while search.begin():
            if tally.begun >= max_schedules:
                break
            if time_limit is not None and clock.perf_counter() - began > time_limit:
                break
            run = runner.run(search)
            search.end(run.world)
            tally.add(run, getattr(search, "sample", False))
            if tally.begun == 1 and not run.failed:
                again(runner, run).world.forget()  # the audit: a schedule run twice must give the same operations
            racing = watch is not None and watch.look(run)
            if run.world.waited_out and not waited_out:
                waited_out = time_outs(runner, run)
            if progress is not None and tally.begun % 64 == 0:
                progress(tally.begun)
            if (run.failed or (racing and races == "fail")) and stop == "first":
                break
            if run is not tally.first:
                run.world.forget()
        else:
            exhausted = True
        if tally.first is not None:
            failure = _shrunk(runner, tally, title, replay_command, hint)
    bounded = isinstance(search, Dfs) and search.cut
    seen_all = exhausted and not bounded and not runner.unseen and not tally.unfair and time == "any"
    outcome = FAILED if failure else PASSED if exhausted and not bounded and not tally.unfair else INCONCLUSIVE
    return Exploration(
        scenario=title,
        outcome=outcome,
        complete=seen_all and strategy not in SAMPLING,
        schedules=tally.schedules,
        redundant=tally.redundant,
        sampled=tally.sampled,
        failing=tally.failing,
        operations=tally.operations,
        seconds=clock.perf_counter() - began,
        results=tally.results,
        unseen=tuple(runner.unseen) + (("a loop ran to the step budget",) if tally.unfair else ()),
        failure=failure,
        races=tuple(watch.found) if watch is not None else (),
        waited_out=waited_out,
        virtual_seconds=(tally.shortest, tally.longest),
    )
