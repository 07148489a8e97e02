"""One run through the positions of a game: along choices that are known, and on from there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

from sync_tools.drivers.playing import Game, unasked
from sync_tools.drivers.standing import standings, steps_made
from sync_tools.drivers.touched import Touched
from sync_tools.words.errors import NotDeterministic
from sync_tools.words.failure import Step
from sync_tools.words.operations import Op
from sync_tools.words.position import Standing, Variable
from sync_tools.words.traces import Growing, Numbers

# Given the threads that can be picked and the one that ran last, who goes on; None to stop there.
Arrive = Callable[["Passage", Any, list[int], int], int | None]


class Passage:
    """The strategy of one run.

    Args:
        game: whose schedule is run.
        known: the choices that have been made before.
        numbers: shared by all runs, which tell places by their traces.
        arrive: asked at each choice after those; what is to be seen there has been noted then.

    Attributes:
        made: the choices so far.
        threads, variables: what was to be seen at the last place that was looked at.
        steps: what was done between the choice before and that place.
        trace: of the schedule so far.
    """

    plan: Sequence[int] = ()

    def __init__(self, game: Game, known: Sequence[int], numbers: Numbers, arrive: Arrive) -> None:
        self.made: list[int] = []
        self.threads: tuple[Standing, ...] = ()
        self.variables: tuple[Variable, ...] = ()
        self.steps: tuple[Step, ...] = ()
        self.trace = Growing(numbers, self._told)
        self._game = game
        self._known = known
        self._arrive = arrive
        self._names = game.names()
        self._touched = Touched()
        self._since = 0  # how many steps had been made at the last choice
        self._world: Any = None

    def begin(self) -> bool:
        """It is run once."""
        return True

    def end(self, view: Any) -> None:
        """Nothing is learnt from the whole."""

    def choose(self, view: Any, current: Any) -> Any:
        """Who goes on; None where all that follows is known."""
        self._grow(view)
        passing = unasked(view, current, self._game.deciding)
        if passing is not None:
            return passing
        ready = [thread.tid for thread in view.enabled()]
        if len(self.made) < len(self._known):
            picked: int | None = self._known[len(self.made)]
        else:
            self.look(view)
            picked = self._arrive(self, view, ready, current.tid)
        if picked is None:
            return None
        if picked not in ready:
            raise NotDeterministic(
                f"is the scenario fully deterministic? When this schedule was run before, thread {picked} could go on "
                f"after {len(view.trace)} operations, and now it can't"
            )
        self.made.append(picked)
        self._since = len(view.trace)
        return view.threads[picked]

    def look(self, world: Any) -> None:
        """Note what is to be seen now, and what was done since the last choice."""
        self._grow(world)
        world.quiet += 1  # guards may call code of the user's, in which nobody may switch now
        try:
            self.threads = standings(world, self._names)
            variables = self._touched.variables(world, self._names)
            self.variables = tuple(sorted(variables, key=lambda each: each.name))
            steps = steps_made(world, self._names, self._since)
            # Whom a step interrupts depends on the way to where it was picked.
            self.steps = tuple(replace(step, preempts=False) for step in steps)
        finally:
            world.quiet -= 1

    def _grow(self, world: Any) -> None:
        """Name everything in an order of its own, as ``Game.at`` does: right after each step."""
        self._names.meet(world)
        self._world = world
        world.quiet += 1
        try:
            self.trace.grow(world.trace, world.children)
        finally:
            world.quiet -= 1

    def _told(self, op: Op) -> Hashable:
        """How a step looks. Where the program calls things otherwise, two places are not one."""
        return self._names.of(op, self._world), None if op.refers else op.value
