"""Explore a scenario: run schedules until one breaks it, all classes are done, or the budget ends."""

from __future__ import annotations

import inspect
import re
import time as clock
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from sync_tools.drivers.building import build_failure, counts
from sync_tools.drivers.choosing import SAMPLING, strategy_for
from sync_tools.drivers.course import Course, Progress
from sync_tools.drivers.exploration import FAILED, INCONCLUSIVE, PASSED, Exploration
from sync_tools.drivers.interrupts import signals_belong_to
from sync_tools.drivers.outcomes import outcomes_of
from sync_tools.drivers.parallel import ALONE, Job, pool
from sync_tools.drivers.racing import build_race_failure
from sync_tools.drivers.runner import Runner
from sync_tools.drivers.shrink import Smallest, again, departures_of, shrink
from sync_tools.instrument.compiling import read_source
from sync_tools.strategies.auto import Auto
from sync_tools.strategies.dfs import Dfs
from sync_tools.strategies.dpor import Dpor
from sync_tools.strategies.following import Planned
from sync_tools.words.errors import UserError
from sync_tools.words.failure import Failure
from sync_tools.words.outcome import Outcome
from sync_tools.words.schedule import Token, digest
from sync_tools.words.telling import Telling

MAX_SCHEDULES = 20_000
# A line that only stops for the debugger. It is put in to look at a schedule, and must not make its token another one.
_BREAKPOINT = re.compile(r"^[ \t]*(import pdb; ?)?(breakpoint|pdb\.set_trace)\(\)[ \t]*\n", re.MULTILINE)


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
    return digest(_BREAKPOINT.sub("", source)), digest(_BREAKPOINT.sub("", program))


def _shown(runner: Runner, course: Course, telling: Telling, smallest: bool) -> Failure:
    first = course.tally.first or runner.run(Planned(course.elsewhere or ()))
    small = shrink(runner, first) if smallest else Smallest(again(runner, first), False, 1)
    token = str(Token(*tokens_of(runner), departures_of(small.run)))
    return build_failure(small.run, telling, token=token, found_on=course.tally.found_on, least=small.least)


def _racing(runner: Runner, course: Course, telling: Telling) -> Failure | None:
    """The first data race as the failure that it was asked to be; None when there is none."""
    shown = course.shown_race()
    if shown is None:
        return None
    run, pair = shown
    token = str(Token(*tokens_of(runner), departures_of(run)))
    least = counts(run)[0] == 0
    return runner.stamped(build_race_failure(run, pair, telling, token=token, found_on=course.raced_on, least=least))


def _too_long(where: str, steps: int) -> str:
    return f"a loop ran to the step budget of {steps} operations" + (f": {where}" if where else "")


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
    jobs: int | Executor | None = None,
    max_steps: int | None = None,
    smallest: bool = True,
    name: str | None = None,
    replay_command: str = "",
    look_command: str = "",
    hint: str = "",
    promise: str = "",
    progress: Callable[[Progress], None] | None = None,
) -> Exploration:
    """Run a scenario under every distinguishable interleaving of its threads.

    Args:
        scenario: a function that starts threads, joins them and asserts.
        args, kwargs: its arguments.
        strategy: "auto" (dpor, with samples beside it where the space is large; dfs under exact time), "dpor" (one
            schedule a class), "dfs" (every schedule), or a sampler, which proves nothing ("random", "pct", "pos",
            "surw").
        stop: "first" stops at the first failing schedule, "never" runs them all.
        time: "any": every delay is a lower bound. "exact": the clock moves only when nobody can run; for measuring.
        max_schedules: the budget; when it ends first the outcome is "inconclusive".
        time_limit: seconds of wall-clock time after which to give up; a safety net, None for none.
        preemptions: with "dfs", run only the schedules with at most that many preemptions.
        seed: for samples, and for the program's own random numbers.
        instrument: further packages whose accesses to shared state are to be seen.
        races: what data races are: "report" (beside the verdict), "fail" (a failure), or "off" (not looked for).
        jobs: how many processes to spread a large exploration over, or an executor that has some; the scenario must be
            a function at module level, and its arguments picklable. Classes and verdict are those of one process.
        max_steps: visible operations in one schedule before fairness is forced.
        smallest: False shows the failing schedule as it was found, and does not look for the smallest one.
        name, replay_command, look_command, hint: for the report.
        promise: what the scenario holds the program to, in the words of the program's docstring; also for the report.
        progress: called now and then with how far it is.

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
    telling = Telling(title, replay_command, look_command, hint, promise)
    course = Course(runner, search, stop, races)
    job = None
    if jobs is not None:
        if not isinstance(search, Dpor | Auto):
            raise UserError(f"jobs= goes with a complete search ('auto' or 'dpor'), not with strategy={strategy!r}")
        job = Job.of(runner, races != "off", stop == "first")
    began = clock.perf_counter()

    def enough() -> bool:
        if time_limit is not None and clock.perf_counter() - began > time_limit:
            return True
        return course.tally.begun >= max_schedules

    failure = None
    with signals_belong_to(runner):
        with runner.open():
            course.run(enough, None if job is None else ALONE, progress)
        if jobs is not None and job is not None and not (course.exhausted or course.broken or enough()):
            with pool(jobs) as executor:
                course.go_on(job, executor, max_schedules, enough, progress)
        if course.tally.first is not None or course.elsewhere is not None:
            with runner.open():
                failure = runner.stamped(_shown(runner, course, telling, smallest))
        elif races == "fail":
            with runner.open():
                failure = _racing(runner, course, telling)
    tally = course.tally
    outcomes: tuple[Outcome, ...] = ()
    if stop == "never" and tally.outcomes:
        with signals_belong_to(runner), runner.open():
            outcomes = outcomes_of(runner, tally.outcomes, tokens_of(runner), telling)
    too_long = _too_long(tally.long_at, runner.max_steps) if tally.unfair else ""
    bounded = isinstance(search, Dfs) and search.cut
    proved = course.exhausted and not bounded and not tally.unfair and strategy not in SAMPLING
    return Exploration(
        scenario=title,
        outcome=FAILED if failure else PASSED if proved else INCONCLUSIVE,
        complete=proved and not runner.unseen and time == "any",
        schedules=tally.schedules,
        redundant=tally.redundant,
        sampled=tally.sampled,
        failing=tally.failing,
        operations=tally.operations,
        threads=tally.threads,
        seconds=clock.perf_counter() - began,
        results=tally.results,
        outcomes=outcomes,
        unseen=tuple(runner.unseen) + ((too_long,) if too_long else ()),
        too_long=too_long,
        failure=failure,
        races=tuple(course.races),
        waited_out=course.waited_out,
        virtual_seconds=(tally.shortest, tally.longest),
    )
