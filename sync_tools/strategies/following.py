"""Run one given schedule again: by its sequence of threads, or by its departures from the default order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_tools.strategies.dfs import describe_divergence
from sync_tools.words.errors import NotDeterministic, TokenMismatch
from sync_tools.words.operations import Op
from sync_tools.words.order import default_choice
from sync_tools.words.schedule import Departure


class Same:
    """The very schedule of a trace, checked step by step.

    Args:
        trace: the operations of the schedule.
    """

    plan: Sequence[int] = ()

    def __init__(self, trace: Sequence[Op]) -> None:
        self.expected = [op.signature() for op in trace]

    def begin(self) -> bool:
        """It can be run any number of times."""
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """The thread of the next expected operation."""
        at = len(view.trace)
        enabled = view.enabled()
        if at >= len(self.expected):
            return default_choice(enabled, current)
        expected = self.expected[at]
        for thread in enabled:
            if thread.tid == expected[0]:
                if thread.pending.signature() != expected:
                    raise NotDeterministic(describe_divergence(expected, thread.pending))
                return thread
        raise NotDeterministic(describe_divergence(expected, enabled[0].pending))

    def end(self, view: Any) -> None:
        """Nothing to learn from a schedule."""


class Picked:
    """A schedule known by its threads alone, one an operation, which is asked for at each: departures are noted.

    Args:
        threads: the threads; behind the last one comes the default order.
    """

    plan: Sequence[int] = ()

    def __init__(self, threads: Sequence[int]) -> None:
        self.threads = threads

    def begin(self) -> bool:
        """It can be run any number of times."""
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """The thread whose turn it is."""
        at, enabled = len(view.trace), view.enabled()
        if at >= len(self.threads):
            return default_choice(enabled, current)
        for thread in enabled:
            if thread.tid == self.threads[at]:
                return thread
        raise NotDeterministic(
            f"is the scenario fully deterministic? When this schedule was run before, thread {self.threads[at]} could "
            f"go on after {at} operations, and now it can't"
        )

    def end(self, view: Any) -> None:
        """Nothing to learn from a schedule."""


class Planned:
    """A schedule known by its threads alone, one an operation; then the default order.

    Departures are noted only where a strategy is asked, so a report needs the schedule run once more, by :class:`Same`.

    Args:
        plan: the threads.
    """

    def __init__(self, plan: Sequence[int]) -> None:
        self.plan = plan

    def begin(self) -> bool:
        """It can be run any number of times."""
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """Where the plan ends."""
        return default_choice(view.enabled(), current)

    def end(self, view: Any) -> None:
        """Nothing to learn from a schedule."""


class Departing:
    """A token's schedule: the default order, except where the token departs from it.

    Args:
        departures: see :mod:`sync_tools.words.schedule`.
        strict: a departure that cannot be followed is an error; else it is skipped and counted.

    Attributes:
        skipped: departures that did not fit the program.
    """

    plan: Sequence[int] = ()

    def __init__(self, departures: Sequence[Departure], strict: bool = True) -> None:
        self.departures = list(departures)
        self.strict = strict
        self.at = 0
        self.skipped: list[Departure] = []

    def begin(self) -> bool:
        """It can be run any number of times."""
        self.at = 0
        self.skipped = []
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """Depart where the token says so."""
        enabled = view.enabled()
        if self.at < len(self.departures):
            thread, count, then = self.departures[self.at]
            if current.tid == thread and current.ops >= count:
                self.at += 1
                if current.ops == count:
                    for candidate in enabled:
                        if candidate.tid == then:
                            return candidate
                self._skip(thread, count, then)
        return default_choice(enabled, current)

    def _skip(self, thread: int, count: int, then: int) -> None:
        if self.strict:
            raise TokenMismatch(
                f"the token does not fit this program: thread {then} was to go on when thread {thread} stands before "
                f"its operation {count}, and it can't. The program has changed since the token was made, or it was "
                "mistyped; run the lab's tests again for a new one."
            )
        self.skipped.append((thread, count, then))

    def end(self, view: Any) -> None:
        """A strict token must have been used up."""
        if self.strict and self.at < len(self.departures):
            thread, count, _ = self.departures[self.at]
            raise TokenMismatch(
                f"the token does not fit this program: thread {thread} never came to its operation {count}. "
                "The program has changed since the token was made; run the lab's tests again for a new one."
            )
