"""Make a failing schedule smaller: fewest preemptions, then fewest switches, the same kind of failure.

Schedules are searched in order of their preemptions (iterative context bounding, Musuvathi & Qadeer, PLDI 2007), at the
operations on what threads share. The first bound with a failing schedule is the least there is, which is said only when
every smaller bound was searched to its end. Where the space is too large for that, random schedules of few preemptions
are tried, and departures of the failing schedule are dropped one by one for as long as it still fails.
"""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

from sync_tools.drivers.building import counts, shared_locations
from sync_tools.drivers.runner import Run, Runner
from sync_tools.kernel.turns import ENDLESS
from sync_tools.strategies.dfs import Dfs, describe_divergence
from sync_tools.strategies.following import Departing, Planned, Same
from sync_tools.strategies.pct import Pct
from sync_tools.words.addresses import without_addresses
from sync_tools.words.errors import NotDeterministic
from sync_tools.words.operations import SYNC, Op
from sync_tools.words.schedule import Departure

BUDGET = 1_500  # schedules in the bounded search
SAMPLES = 400  # schedules drawn with few preemptions
LARGE = 2  # preemptions from which on a search is long
FEWER = 200  # schedules to look for one with fewer switches, when the failing one has the fewest preemptions already
MORE = 200  # schedules to look for fewer switches, once the least number of preemptions is known


class Smallest(NamedTuple):
    """The result of shrinking.

    Attributes:
        run: the smallest failing schedule found, run with details.
        least: True when no schedule with fewer preemptions fails.
        spent: schedules run.
    """

    run: Run
    least: bool
    spent: int


def again(runner: Runner, run: Run) -> Run:
    """Run a schedule a second time, with details.

    Raises:
        NotDeterministic: it did something else.
    """
    detailed = runner.run(Same(run.world.trace), detail=True)
    if detailed.symptom != run.symptom:
        raise NotDeterministic(
            f"is the scenario fully deterministic? The same schedule ended in {run.symptom} once and in "
            f"{detailed.symptom} when it was run again"
        )
    return detailed


def audit(runner: Runner, run: Run) -> None:
    """Run a schedule that did not fail a second time: it must do the same, and return the same.

    Raises:
        NotDeterministic: it did not.
    """
    # A plan knows nothing of clocks that are moved, and of forced fairness.
    plain = not (run.world.exact or run.world.unfair)
    second = _by_plan(runner, run) if plain else again(runner, run)
    _compare(run.result, second.result)
    second.world.forget()


def _by_plan(runner: Runner, run: Run) -> Run:
    """As :func:`again`, without details: nobody is asked at each step, and what was done is compared at the end."""
    trace = run.world.trace
    different = NotDeterministic("is the scenario fully deterministic? The same schedule ended otherwise")
    try:
        second = runner.run(Planned([op.tid for op in trace]))
        for one, other in zip(trace, second.world.trace, strict=False):
            if one.signature() != other.signature():
                raise NotDeterministic(describe_divergence(one.signature(), other))
        if second.symptom == run.symptom and len(second.world.trace) == len(trace):
            return second
    except NotDeterministic as found:
        different = found
    again(runner, run)  # this asks at each step, and names the first that differs, if any does this time
    raise different


def _compare(result: Any, other: Any) -> None:
    once, twice = (without_addresses(repr(value)) for value in (result, other))
    if once != twice:
        raise NotDeterministic(
            "is the scenario fully deterministic? The same schedule, with the same operations, returned "
            f"{once[:200]} once and {twice[:200]} when it was run again"
        )


def departures_of(run: Run) -> tuple[Departure, ...]:
    """Where a schedule, run with details, departs from the default order."""
    return tuple(run.world.departures)


def shrink(runner: Runner, failing: Run) -> Smallest:
    """The smallest schedule that fails as `failing` does."""
    best = again(runner, failing)
    spent = 1
    if best.world.stopped == ENDLESS:
        return Smallest(best, False, spent)  # each schedule runs to the limit of loop turns, and none says more
    start = best
    fewest, _ = counts(best)
    sites = _shared_sites(start)
    bound = 0
    while bound <= fewest:
        if bound == LARGE and fewest > LARGE:
            # From here on a bounded search is long. Where a sample comes down to its bound, it need not be made.
            best, cost = _sampled(runner, best, LARGE)
            spent += cost
            fewest, _ = counts(best)
        enough = FEWER if bound == fewest >= LARGE else BUDGET
        found, exhausted, cost = _search(runner, start, bound, sites, min(enough, BUDGET - spent))
        spent += cost
        if found is not None:
            return Smallest(again(runner, found), True, spent)
        if not exhausted:
            break
        bound += 1
    smaller, cost = _drop(runner, best)
    if bound < min(fewest, LARGE):
        sample, more = _sampled(runner, smaller, max(bound, 1))  # without any, the search would have found it
        cost += more
        if sample is not smaller:
            smaller, more = _drop(runner, sample)
            cost += more
    # Every smaller bound was searched to its end where the last search was for what `best` has already.
    return Smallest(smaller, bound >= fewest, spent + cost)


def _shared_sites(run: Run) -> set[Any]:
    shared = shared_locations(run.world.trace)
    return {op.site for op in run.world.trace if any(location in shared for location, _ in op.accesses)}


def _search(runner: Runner, failing: Run, bound: int, sites: set[Any], budget: int) -> tuple[Run | None, bool, int]:
    """All schedules with at most `bound` preemptions.

    Returns:
        The failing one with the fewest switches, whether the search came to its end, and the schedules run.
    """
    cost = 0
    while True:

        def visible(op: Op, sites: set[Any] = sites) -> bool:
            # Starts, joins and ends commute with everything that another thread does meanwhile.
            return op.site in sites or (op.accesses[0][0][1] == SYNC and op.kind not in ("start", "join", "end"))

        search = Dfs(bound, visible)
        best: Run | None = None
        size = (0, 0)
        until = budget
        learned = set(sites)
        while search.begin():
            if cost >= until:
                return best, False, cost
            run = runner.run(search)
            cost += 1
            learned |= _shared_sites(run)
            if run.symptom == failing.symptom:
                this = (_switches(run), len(run.world.trace))
                if best is None or this < size:
                    best, size = run, this
                until = min(until, cost + MORE)
        if learned == sites or best is not None:
            return best, True, cost
        sites |= learned
        # Something turned out to be shared that was not known to be: it is a scheduling point too, so search again.


def _switches(run: Run) -> int:
    trace = run.world.trace
    return sum(1 for one, other in itertools.pairwise(trace) if one.tid != other.tid)


def _sampled(runner: Runner, run: Run, least: int) -> tuple[Run, int]:
    """Among random schedules of few preemptions, the one with the fewest that fails the same way, or `run` itself.

    Probabilistic concurrency testing with one change of priorities interrupts hardly anybody, wherever that may be.

    Args:
        runner: runs them.
        run: the failing schedule.
        least: it is known that none fails with fewer preemptions than that.

    Returns:
        The schedule, and how many were run.
    """
    fewest, _ = counts(run)
    sampler = Pct(0, depth=2)
    for cost in range(SAMPLES):
        if fewest <= least:
            return run, cost
        sampler.begin()
        attempt = runner.run(sampler, detail=True)
        sampler.end(attempt.world)
        preemptions, _ = counts(attempt)
        if attempt.symptom == run.symptom and preemptions < fewest:
            run, fewest = attempt, preemptions
        else:
            attempt.world.forget()
    return run, SAMPLES


def _drop(runner: Runner, run: Run) -> tuple[Run, int]:
    """Drop departures one at a time, under lenient replay, while the failure stays the same."""
    cost = 0
    changed = True
    while changed and cost < BUDGET:
        changed = False
        departures = departures_of(run)
        for at in range(len(departures)):
            attempt = runner.run(Departing(departures[:at] + departures[at + 1 :], strict=False), detail=True)
            cost += 1
            if attempt.symptom == run.symptom and len(departures_of(attempt)) < len(departures):
                run, changed = attempt, True
                break
    return run, cost
