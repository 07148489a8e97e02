"""Schedules that hypothesis draws, and shrinks together with a test's data."""

from __future__ import annotations

import itertools
import sys
import time as clock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync_tools.drivers.building import build_failure
from sync_tools.drivers.decorators import raise_finding, report_options
from sync_tools.drivers.explore import tokens_of
from sync_tools.drivers.interrupts import signals_belong_to
from sync_tools.drivers.runner import Run, Runner
from sync_tools.drivers.shrink import again, departures_of
from sync_tools.seams.world import current
from sync_tools.strategies.drawn import Drawn
from sync_tools.words.errors import UserError
from sync_tools.words.schedule import Token
from sync_tools.words.telling import Telling

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

NEAR = 7  # choice points; half of the departures are drawn among the first


@dataclass(frozen=True, repr=False)
class Schedule:
    """One schedule of any scenario: where it departs from the default order.

    In the default order a thread runs until it waits or ends, and then the oldest that can go on does. A *choice point*
    is a visible operation, other than a start, a join or an end, before which another thread could go on.

    Attributes:
        departures: pairs ``(point, pick)``: at the choice point with that number, from 0 on, the `pick`-th of the other
            threads (from 0 on, round and round) runs in place of the default one. Without any it is the default order;
            points that the scenario never comes to are passed over.

    Raises:
        UserError: `departures` is not made of pairs of whole numbers from 0 on, with growing points.
    """

    departures: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        try:
            plain = tuple((point, pick) for point, pick in self.departures)
        except (TypeError, ValueError):
            plain = ((-1, -1),)
        whole = all(type(number) is int and number >= 0 for pair in plain for number in pair)
        if not whole or any(one[0] >= other[0] for one, other in itertools.pairwise(plain)):
            raise UserError(
                f"Schedule({self.departures!r}): the departures are pairs (point, pick) of whole numbers from 0 on, "
                "with growing points, as in Schedule(((3, 0), (5, 0)))"
            )
        object.__setattr__(self, "departures", plain)

    def __repr__(self) -> str:
        return f"Schedule({self.departures!r})" if self.departures else "Schedule()"

    def run(self, scenario: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Run a scenario once, under this schedule.

        The same schedule does the same every time; hypothesis' deadline does not count the time it takes.

        Args:
            scenario: a function that starts threads and joins them, as for ``explore``.
            args, kwargs: its arguments; a lab's program among them is loaded afresh.

        Returns:
            What the scenario returned.

        Raises:
            ScenarioFailed: it failed (an error in a thread, a deadlock, ...). Its report has a token for ``replay``.
            UserError: the scenario did what no schedule can control, or is not deterministic.
        """
        if current() is not None:
            raise UserError(
                "Schedule.run runs a scenario, and can't be called in one. Under @explored every schedule is run "
                "anyway: draw schedules in a test without it."
            )
        runner = Runner(scenario, args, kwargs, instrument=report_options.get("instrument", ()))
        with off_the_deadline(), signals_belong_to(runner), runner.open():
            run = runner.run(Drawn(self.departures))
            if run.failed:
                run = again(runner, run)
        if run.failed:
            self._report(runner, run)
        return run.result

    def _report(self, runner: Runner, run: Run) -> None:
        title = str(getattr(runner.scenario, "__name__", "scenario"))
        token = str(Token(*tokens_of(runner), departures_of(run)))
        telling = Telling(title, _replay_call(title, runner), hint=str(report_options.get("hint", "")))
        failure = build_failure(run, telling, token=token)
        given = {
            "schedule": self,
            **{f"argument {n}": value for n, value in enumerate(runner.args, 1)},
            **runner.kwargs,
        }
        raise_finding(runner.stamped(failure), title, given)


def _replay_call(title: str, runner: Runner) -> str:
    """The call that runs a schedule again with the same data, as ``Telling.replay_command``.

    "" where the data cannot be written down.
    """
    if runner.labs():
        return ""
    args = f", args={runner.args!r}" if runner.args else ""
    kwargs = f", kwargs={runner.kwargs!r}" if runner.kwargs else ""
    data = f"{args}{kwargs}".replace("{", "{{").replace("}", "}}")
    call = f'replay({title}, "{{token}}"{data})'
    return call if call.isprintable() and " at 0x" not in call else ""


def schedules(*, max_departures: int = 4, max_point: int = 60) -> SearchStrategy[Schedule]:
    """A hypothesis strategy for schedules, to draw beside a test's data.

    ``@given(schedule=schedules(), amounts=st.lists(st.integers()))``, and in the test ``schedule.run(scenario,
    amounts)``. Where ``@explored`` runs all schedules of each example, this runs one: it suits scenarios that have too
    many, and it proves nothing. What fails shrinks to few departures early in the run, and to small data.

    Each departure costs at most one preemption, and few preemptions show most bugs (Musuvathi & Qadeer, "Iterative
    context bounding for systematic testing of multithreaded programs", PLDI 2007).

    Args:
        max_departures: the most departures from the default order.
        max_point: the last choice point at which one may be.

    Returns:
        A strategy for :class:`Schedule`.

    Raises:
        UserError: a negative limit.
    """
    if max_departures < 0 or max_point < 0:
        raise UserError("schedules(): max_departures and max_point are whole numbers from 0 on")
    from hypothesis import strategies as st

    # Points are counted from the start and not from departure to departure, so that leaving one out while shrinking
    # keeps the others in place. Their number is drawn first, as hypothesis looks for fewer by drawing the rest anew;
    # a plain list gets stuck where two early departures do the work of a later one.
    points = st.one_of(st.integers(0, min(NEAR, max_point)), st.integers(0, max_point))
    departure = st.tuples(points, st.integers(0, 3))
    numbers = st.integers(0, min(max_departures, max_point + 1))
    drawn = numbers.flatmap(lambda number: st.tuples(*[departure] * number))
    return drawn.map(lambda pairs: Schedule(tuple(sorted(dict(pairs).items()))))


@contextmanager
def off_the_deadline() -> Iterator[None]:
    """Keep the time of a block out of the deadline of the hypothesis test that runs, if one does.

    The first run of a module's scenario rewrites its code. Later ones are far quicker, and hypothesis takes an example
    that misses its deadline only once for an unreliable test.
    """
    begun = clock.perf_counter()
    try:
        yield
    finally:
        control: Any = sys.modules.get("hypothesis.control")  # not imported: then no such test runs
        context = getattr(getattr(control, "_current_build_context", None), "value", None)
        # What the steps of a stateful test take is not counted either; a version without this counts as ever.
        uncounted = getattr(getattr(context, "data", None), "_stateful_run_times", None)
        if isinstance(uncounted, dict):
            uncounted["schedule"] = uncounted.get("schedule", 0.0) + clock.perf_counter() - begun
