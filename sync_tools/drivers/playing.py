"""A person is the scheduler: at each visible operation that more than one thread could do, somebody says who goes on.

Where all schedules can be seen beforehand, somebody is asked only before operations whose order can make a difference.

A played schedule is its list of choices. Every position is reached by running the schedule from its start, so taking
a choice back is running a shorter list; nothing has to be kept alive in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sync_tools.drivers.deciding import OPERATIONS, SCHEDULES, Place, deciding, place_of
from sync_tools.drivers.ending import failure_of, outcome_of
from sync_tools.drivers.explore import tokens_of
from sync_tools.drivers.interrupts import signals_belong_to
from sync_tools.drivers.naming import Names, Numbering
from sync_tools.drivers.runner import Run, Runner, shown
from sync_tools.drivers.standing import standings, steps_made
from sync_tools.drivers.touched import Touched
from sync_tools.kernel.turns import PRUNED
from sync_tools.words.errors import UserError
from sync_tools.words.failure import Failure
from sync_tools.words.order import default_choice
from sync_tools.words.position import FAILED, PASSED, READY, Position, Standing, Variable
from sync_tools.words.telling import Telling


class _Default:
    """The strategy of the schedule that objects are numbered by: the default order."""

    plan: Sequence[int] = ()

    def __init__(self, names: Names) -> None:
        self.names = names

    def choose(self, view: Any, current: Any) -> Any:
        """Whoever would go on, once what all stand before is named."""
        self.names.meet(view)
        return default_choice(view.enabled(), current)


def unasked(view: Any, current: Any, deciding: frozenset[Place] | None) -> Any:
    """The thread that goes on without anybody being asked; None where there is a choice that matters.

    What it says depends on the thread that ran last and on what was done, but not on the order in which operations
    that commute were done.

    Args:
        view: the world.
        current: the thread that ran last.
        deciding: where the operations stand that decide something; None where that is not known.
    """
    enabled = view.enabled()
    # Once a thread has failed the schedule has, whoever goes on: the rest is run as a token's schedule is.
    passing = enabled
    if len(enabled) > 1 and not view.errors:
        if deciding is None:
            return None
        passing = [thread for thread in enabled if place_of(thread.pending) not in deciding]
        if not passing:
            return None
    if all(thread.pending.yields() for thread in passing):
        return min(passing, key=lambda thread: (thread.ops, thread.tid))
    return default_choice(passing, current)


class Chosen:
    """The strategy of a played schedule: the choices so far, and a stop at the next one.

    It is asked once before each step, so the place of a step in the trace is known when it is chosen.

    Args:
        choices: the threads that were picked.
        names: what the threads stand before is named at each step, in the same order every time.
        deciding: where the operations stand that decide something; a thread before any other passes it at once. None
            where that is not known.

    Attributes:
        picked: the numbers of the steps that were picked; before all others there was no choice, or none that matters.
    """

    plan: Sequence[int] = ()

    def __init__(self, choices: Sequence[int], names: Names, deciding: frozenset[Place] | None = None) -> None:
        self.choices = choices
        self.names = names
        self.deciding = deciding
        self.at = 0
        self.picked: list[int] = []

    def begin(self) -> bool:
        """It is run once."""
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """The thread that was picked; None, to stop there, where nobody was asked yet."""
        self.names.meet(view)
        passing = unasked(view, current, self.deciding)
        if passing is not None:
            return passing
        if self.at == len(self.choices):
            return None
        wanted = self.choices[self.at]
        self.at += 1
        self.picked.append(len(view.trace) + 1)
        enabled = view.enabled()
        for thread in enabled:
            if thread.tid == wanted:
                return thread
        ready = ", ".join(f"T{thread.tid}" for thread in enabled)
        raise UserError(f"choice {self.at}: T{wanted} can't go on there, only {ready} can")

    def end(self, view: Any) -> None:
        """Choices must not be left over."""
        if self.at < len(self.choices):
            raise UserError(f"choice {self.at + 1}: the schedule ends before it")


def _present(choices: Sequence[int], threads: Sequence[Standing], last: int) -> int:
    """The thread that was picked last, if it can go on: others may have passed something meanwhile."""
    return choices[-1] if choices and threads[choices[-1]].state == READY else last


class Game:
    """A scenario whose schedules are played.

    Args:
        scenario: a function that starts threads, joins them and asserts.
        args, kwargs, time, seed, instrument: as for ``explore``.
        races: "fail" where a data race is a failure, as for ``explore``.
        name, replay_command, look_command, hint, promise: for the failure's report, as for ``explore``.

    Raises:
        UserError: a lab among the arguments cannot be loaded.
    """

    def __init__(
        self,
        scenario: Callable[..., Any],
        *,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        time: str = "any",
        seed: int = 0,
        instrument: Iterable[str] = (),
        races: str = "report",
        name: str | None = None,
        replay_command: str = "",
        look_command: str = "",
        hint: str = "",
        promise: str = "",
    ) -> None:
        self.runner = Runner(scenario, args, kwargs, time=time, seed=seed, instrument=instrument)
        self.title = name or str(getattr(scenario, "__name__", "scenario"))
        self._races = races
        self._telling = Telling(self.title, replay_command, look_command, hint, promise)
        self._tokens = tokens_of(self.runner)
        self.deciding: frozenset[Place] | None = None
        self._numbering: Numbering | None = None

    def pass_what_decides_nothing(self, schedules: int = SCHEDULES, operations: int = OPERATIONS) -> bool:
        """Explore the scenario once, so that from now on only choices that can make a difference are offered.

        Every end can still be reached. Choices that were made before have no meaning from then on.

        Args:
            schedules, operations: how much is run at most.

        Returns:
            False when not all schedules could be seen: then every choice is still offered.
        """
        try:
            self.deciding = deciding(self.runner, schedules, operations)
        except UserError:
            self.deciding = None  # what is wrong is said where the play meets it
        return self.deciding is not None

    def at(self, choices: Sequence[int] = ()) -> Position:
        """The position after some choices: at the next choice, or at the end when there is none left.

        Args:
            choices: the threads that were picked, one for each time that there was a choice.

        Raises:
            UserError: these choices cannot be made, the program has changed since the game began, or the scenario
                does what no schedule can control.
        """
        self.check()
        names = self.names()
        strategy = Chosen(tuple(choices), names, self.deciding)
        seen: list[tuple[tuple[Standing, ...], tuple[Variable, ...]]] = []

        def look(world: Any) -> None:
            world.quiet += 1  # guards may call code of the user's, in which nobody may switch now
            try:
                seen.append((standings(world, names), Touched().variables(world, names)))
            finally:
                world.quiet -= 1

        with signals_belong_to(self.runner), self.runner.open():
            run = self.runner.run(strategy, detail=True, look=look)
            world = run.world
            if world.stopped != PRUNED:
                strategy.end(world)
            (threads, values), outcome = seen[0], self.outcome_of(run)
            failure = self.failure_of(run) if outcome == FAILED else None
            position = Position(
                choices=tuple(choices),
                current=_present(choices, threads, world.stopped_in),
                threads=threads,
                steps=steps_made(world, names),
                forced=tuple(sorted({*range(1, len(world.trace) + 1)}.difference(strategy.picked))),
                variables=values,
                outcome=outcome,
                failure=failure,
                result=shown(run.result) if outcome == PASSED else "",
            )
            world.forget()
        return position

    def check(self) -> None:
        """See that the game can go on.

        Raises:
            UserError: the program has changed since it began.
        """
        if tokens_of(self.runner) != self._tokens:
            raise UserError("the program has changed since this game began: begin it anew.")

    def names(self) -> Names:
        """What one of its schedules calls objects: as all others do."""
        if self._numbering is None:
            names = Names()
            with suppress(UserError), signals_belong_to(self.runner), self.runner.open():
                self.runner.run(_Default(names), detail=True).world.forget()
            self._numbering = names.numbering()
        return Names(self._numbering)

    def outcome_of(self, run: Run) -> str:
        """How a schedule ended; "" where it was stopped at a choice."""
        return outcome_of(run, self._races)

    def failure_of(self, run: Run) -> Failure:
        """What broke in a schedule that failed and was run with details."""
        return failure_of(self.runner, run, self._telling, self._tokens)
