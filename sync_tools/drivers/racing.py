"""Data races, beside the verdict: conflicting accesses that no synchronization orders, each pair of lines once."""

from __future__ import annotations

from typing import Any

from sync_tools.drivers.autopsy import Holdings, name_of, op_site
from sync_tools.drivers.building import target_name
from sync_tools.drivers.runner import Run, Runner
from sync_tools.strategies.following import Same
from sync_tools.words.failure import Race, RacingAccess
from sync_tools.words.history import History

MOST = 100  # pairs of lines; whoever has more than that will not read them


class RaceWatch:
    """Gathers the data races of an exploration.

    Args:
        runner: runs a schedule again, with details, when a pair of lines is new.
        search: the strategy; its history is asked, where it keeps one, else each schedule is looked at afresh.

    Attributes:
        found: the races, in the order in which they were found.
    """

    def __init__(self, runner: Runner, search: Any) -> None:
        self.runner = runner
        self.search = search
        self.found: list[Race] = []
        self._known: set[tuple[Any, Any]] = set()

    def look(self, run: Run) -> bool:
        """Look at a schedule that was just run.

        Returns:
            True when it has a data race, known or new.
        """
        trace = run.world.trace
        history = getattr(self.search, "history", None)
        if history is None:
            history = History()
            for index, op in enumerate(trace):
                history.add(op, trace, run.world.children.get(index))
        new = []
        for first, second in history.unordered:
            lines = sorted((trace[first].site, trace[second].site))
            pair = (lines[0], lines[1])
            if pair not in self._known and len(self._known) < MOST:
                self._known.add(pair)
                new.append((first, second))
        if new:
            world = self.runner.run(Same(trace), detail=True).world
            holdings = Holdings(world)
            self.found += [_described(world, holdings, first, second) for first, second in new]
            world.forget()
        return bool(history.unordered)


def _described(world: Any, holdings: Holdings, first: int, second: int) -> Race:
    sides = []
    for index in (first, second):
        op = world.trace[index]
        held = tuple(name_of(lock, world) for lock, _ in holdings.at(op.tid, index + 1))
        sides.append(RacingAccess(str(world.threads[op.tid].face.name), op.kind, op_site(op), held))
    return Race(target_name(world.trace[second], world), sides[0], sides[1])
