"""Run one schedule of a scenario: fresh modules, captured output, no garbage collector in between."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from sync_tools.drivers.autopsy import autopsy
from sync_tools.instrument import caches
from sync_tools.instrument.loader import LabModule
from sync_tools.instrument.swap import swapped
from sync_tools.kernel.turns import ENDLESS, LIVELOCK, MAX_STEPS, QUIESCENT, Chooser
from sync_tools.words.addresses import without_addresses
from sync_tools.words.errors import Unwind, UserError
from sync_tools.words.failure import Failure
from sync_tools.worlds.explored import ExploredWorld
from sync_tools.worlds.patch import breakpoints, installed

COLLECT_EVERY = 500  # schedules; a collection in a schedule would run __del__ at a place that nobody chose


class Run:
    """What one schedule did.

    Attributes:
        world: its world, with the trace.
        result: what the scenario returned.
        output: what it printed.
    """

    __slots__ = ("output", "result", "world")

    def __init__(self, world: ExploredWorld, result: Any, output: str) -> None:
        self.world = world
        self.result = result
        self.output = output

    @property
    def failed(self) -> bool:
        """True when this schedule breaks the scenario."""
        world = self.world
        return bool(world.errors) or world.stopped in (QUIESCENT, LIVELOCK, ENDLESS)

    @property
    def symptom(self) -> tuple[str, str]:
        """What must stay the same when a failing schedule is made smaller."""
        world = self.world
        if world.errors:
            return ("error", type(world.errors[0][1]).__name__)
        return (world.stopped, "")


def shown(value: Any) -> str:
    """A value as it prints; an argument's own ``__repr__`` may fail."""
    try:
        return without_addresses(repr(value))
    except Exception:
        return f"<{type(value).__name__}>"


def fresh_arguments(args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments, with each lab's program loaded anew."""
    return (
        [value.fresh() if isinstance(value, LabModule) else value for value in args],
        {name: value.fresh() if isinstance(value, LabModule) else value for name, value in kwargs.items()},
    )


def _but_unwinding(hook: Callable[[Any], Any]) -> Callable[[Any], None]:
    """A ``sys.unraisablehook`` that is silent about a ``__del__`` in which a schedule's end was met."""

    def unraisable(args: Any) -> None:
        if not issubclass(args.exc_type, Unwind):
            hook(args)

    return unraisable


def _looking_first(look: Callable[[ExploredWorld], None]) -> Callable[[ExploredWorld], Any]:
    def look_then_explain(world: ExploredWorld) -> Any:
        look(world)
        return autopsy(world)

    return look_then_explain


class Runner:
    """Runs schedules of one scenario.

    Args:
        scenario: a function that starts threads, joins them and asserts.
        args, kwargs: its arguments; a :class:`LabModule` among them is loaded afresh in every schedule.
        time: "any" or "exact".
        seed: for the program's ``random``.
        max_steps: visible operations in a schedule before fairness is forced.
    """

    def __init__(
        self,
        scenario: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        time: str = "any",
        seed: int = 0,
        instrument: Iterable[str] = (),
        max_steps: int = MAX_STEPS,
    ) -> None:
        self.scenario = scenario
        self.args = tuple(args)
        self.kwargs = dict(kwargs or {})
        self.time = time
        self.seed = seed
        self.instrument = tuple(instrument)
        self.max_steps = max_steps
        self.unseen: list[str] = []
        self.runs = 0
        self.current: ExploredWorld | None = None

    @contextmanager
    def open(self) -> Iterator[Runner]:
        """Everything that stays in place from schedule to schedule."""
        for lab in self.labs():
            lab.check()
        collecting = gc.isenabled()
        with installed(), swapped(self.scenario, self.instrument) as unseen:
            self.unseen = unseen
            # What exists already is set aside: a collection would look at all of it again, in vain.
            gc.freeze()
            gc.disable()
            unraisable = sys.unraisablehook
            sys.unraisablehook = _but_unwinding(unraisable)
            try:
                yield self
            finally:
                sys.unraisablehook = unraisable
                gc.unfreeze()
                if collecting:
                    gc.enable()

    def stamped(self, failure: Failure) -> Failure:
        """A failure of this scenario, with what its schedules were run with."""
        named = [*((f"#{number}", value) for number, value in enumerate(self.args, 1)), *self.kwargs.items()]
        given = tuple((name, shown(value)) for name, value in named if not isinstance(value, LabModule))
        return replace(failure, seed=self.seed, given=given)

    def options(self) -> dict[str, Any]:
        """The keyword arguments that make another runner of the same kind."""
        return {
            "time": self.time,
            "seed": self.seed,
            "instrument": self.instrument,
            "max_steps": self.max_steps,
        }

    def labs(self) -> list[LabModule]:
        """The lab programs among the arguments."""
        return [value for value in (*self.args, *self.kwargs.values()) if isinstance(value, LabModule)]

    def run(
        self,
        chooser: Chooser,
        *,
        detail: bool = False,
        replaying: bool = False,
        look: Callable[[ExploredWorld], None] | None = None,
    ) -> Run:
        """Run one schedule.

        Args:
            chooser: decides who runs next.
            detail: keep what a report needs.
            replaying: it is run on purpose: what the program prints is not captured.
            look: with `detail`, called when the schedule is over and the threads still stand where they were stopped.

        Raises:
            UserError: the scenario did what no schedule can control, or is not deterministic.
        """
        world = ExploredWorld(
            chooser, time=self.time, seed=self.seed, detail=detail, replaying=replaying, max_steps=self.max_steps
        )
        if detail:
            world.program = frozenset(str(lab.program_path) for lab in self.labs())
            world.autopsy = autopsy if look is None else _looking_first(look)
        self.current = world
        result: list[Any] = [None]

        def body() -> None:
            args, kwargs = fresh_arguments(self.args, self.kwargs)
            result[0] = self.scenario(*args, **kwargs)

        output = io.StringIO()
        streams = sys.stdout, sys.stderr
        if not replaying:
            sys.stdout = sys.stderr = output
        try:
            with breakpoints() if replaying else nullcontext():
                world.run(body, world.main_thread)
        finally:
            if not replaying:
                sys.stdout, sys.stderr = streams
            self.current = None
        self.runs += 1
        self.unseen.extend(sorted(world.unseen.difference(self.unseen)))
        if self.runs % COLLECT_EVERY == 0:
            caches.forget()
            gc.collect()
        for _, error, _ in world.errors:
            if isinstance(error, UserError):
                raise error
        return Run(world, result[0], output.getvalue())
