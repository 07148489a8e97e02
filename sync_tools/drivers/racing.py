"""Data races: conflicting accesses that no synchronization orders, each pair of lines once.

They stand beside the verdict; where a scenario asks for it, the first of them is its failure.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from sync_tools.drivers.autopsy import Holdings, name_of, op_site
from sync_tools.drivers.building import build_steps, counts, shown
from sync_tools.drivers.naming import target_name
from sync_tools.drivers.runner import Run, Runner
from sync_tools.strategies.following import Same
from sync_tools.words.failure import DATA_RACE, Failure, Race, RacingAccess
from sync_tools.words.history import History
from sync_tools.words.operations import READING
from sync_tools.words.telling import Telling

MOST = 100  # pairs of lines; whoever has more than that will not read them


class RaceWatch:
    """Gathers the data races of an exploration.

    Args:
        runner: runs a schedule again, with details, when a pair of lines is new.
        search: the strategy; its history is asked, where it keeps one, else each schedule is looked at afresh.

    Attributes:
        found: the races, in the order in which they were found.
        first: the schedule that showed the first of them, run with details; None before there is one. Whoever asks for
            it must let go of its world at the end.
        pair: the two accesses of the first race, by their places in that schedule's trace.
        first_on: which of the schedules looked at that was, from 1.
    """

    def __init__(self, runner: Runner, search: Any) -> None:
        self.runner = runner
        self.search = search
        self.found: list[Race] = []
        self.first: Run | None = None
        self.pair = (0, 0)
        self.first_on = 0
        self._looked = 0
        self._known: set[tuple[Any, Any]] = set()

    def look(self, run: Run) -> bool:
        """Look at a schedule that was just run.

        Returns:
            True when it has a data race. (Of a sample, when it has a new one.)
        """
        self._looked += 1
        trace = run.world.trace
        pairs = self._pairs(run)
        new = []
        for first, second in pairs:
            lines = sorted((trace[first].site, trace[second].site))
            pair = (lines[0], lines[1])
            if pair not in self._known and len(self._known) < MOST:
                self._known.add(pair)
                new.append((first, second))
        if new:
            again = self.runner.run(Same(trace), detail=True)
            holdings = Holdings(again.world)
            self.found += [_described(again.world, holdings, first, second) for first, second in new]
            if self.first is None:
                self.first, self.pair, self.first_on = again, new[0], self._looked
            else:
                again.world.forget()
        return bool(pairs)

    def _pairs(self, run: Run) -> list[tuple[int, int]]:
        history = getattr(self.search, "history", None)
        if history is not None:
            return list(history.unordered)
        return racing_pairs(run) if self._may_be_new(run) else []

    def _may_be_new(self, run: Run) -> bool:
        """Whether two threads meet on some location, one of them changing it, at lines not known to race."""
        touched: dict[Any, dict[tuple[int, Any], bool]] = {}
        for op in run.world.trace:
            if op.site.__class__ is int:
                for location, mode in op.accesses:
                    touched.setdefault(location, {})[op.tid, op.site] = mode not in READING
        for uses in touched.values():
            if len(uses) > 1:
                for (one, site), (other, site_) in combinations(uses, 2):
                    changes = uses[one, site] or uses[other, site_]
                    if one != other and changes and tuple(sorted((site, site_))) not in self._known:
                        return True
        return False


def racing_pairs(run: Run) -> list[tuple[int, int]]:
    """The data races of a schedule: pairs of places in its trace."""
    history, trace = History(), run.world.trace
    for index, op in enumerate(trace):
        history.add(op, trace, run.world.children.get(index))
    return list(history.unordered)


def build_race_failure(
    run: Run,
    pair: tuple[int, int],
    telling: Telling,
    *,
    token: str,
    found_on: int = 1,
    least: bool = False,
) -> Failure:
    """Make a failure of a data race.

    Args:
        run: a schedule that shows it, run with details.
        pair: the two accesses, by their places in the trace.
        telling: what is said around it.
        token, found_on, least: see :class:`Failure`; the token is its ``schedule``.
    """
    world = run.world
    holdings = Holdings(world)
    race = _described(world, holdings, *pair)
    numbers = shown(run)
    preemptions, switches = counts(run)
    sides = [(f"T{world.trace[at].tid}", side) for at, side in zip(pair, (race.first, race.second), strict=True)]
    both = " and ".join(f"{who}'s {side.operation} at {side.site.short()}" for who, side in sides)
    failure = Failure(
        scenario=telling.name,
        kind=DATA_RACE,
        bug_class="data race",
        message=f"{race.target}: nothing orders {both}",
        schedule=token,
        threads=tuple(str(thread.face.name) for thread in world.threads),
        steps=build_steps(run, holdings),
        preemptions=preemptions,
        switches=switches,
        least=least,
        found_on=found_on,
        why=(
            _both_sides(sides),
            f"No lock, join, signal or queue orders #{numbers[pair[0]]} before #{numbers[pair[1]]}: either may come "
            "first, in another schedule.",
        ),
        conflict=(numbers[pair[0]], numbers[pair[1]]),
        output=run.output,
    )
    return telling.of(failure)


def _both_sides(sides: list[tuple[str, RacingAccess]]) -> str:
    """Which locks the two threads held, and that none of them is common."""
    (one, first), (other, second) = sides
    if not first.held and not second.held:
        return "Neither thread held a lock."
    if first.held and second.held:
        return f"{one} held {', '.join(first.held)} and {other} held {', '.join(second.held)}: no lock in common."
    holder, without = (one, other) if first.held else (other, one)
    return (
        f"{holder} held {', '.join(first.held or second.held)}; {without} held no lock, so that one keeps nobody out."
    )


def _described(world: Any, holdings: Holdings, first: int, second: int) -> Race:
    sides = []
    for index in (first, second):
        op = world.trace[index]
        held = tuple(name_of(lock, world) for lock, _ in holdings.at(op.tid, index + 1))
        # The beginning of a loop and its turns are one line of the program, and one side of one race.
        kind = "iterate" if op.kind == "loop over" else op.kind
        sides.append(RacingAccess(str(world.threads[op.tid].face.name), kind, op_site(op), held))
    return Race(target_name(world.trace[second], world), sides[0], sides[1])
