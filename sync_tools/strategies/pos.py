"""Partial order sampling: a random priority for every pending operation.

After Yuan, Yang & Gu, "Partial order aware concurrency sampling", CAV 2018. The enabled operation of the highest
priority runs; then the operations that depend on it draw again. Without that second draw an operation that lost once
would go on losing to all the later operations of the same race, which makes some orders of a race much likelier than
others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_tools.strategies.sampling import generator_for
from sync_tools.words.operations import dependent


class Pos:
    """One priority for each pending operation, drawn again when a dependent one has run.

    Args:
        seed: the sequence of schedules depends on nothing else.

    Attributes:
        priorities: of the operation that each thread stands before. Invariant: none for a thread that has moved since.
    """

    plan: Sequence[int] = ()

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.number = 0
        self.generator = generator_for(seed, 0)
        self.priorities: dict[int, float] = {}

    def begin(self) -> bool:
        """There is always another schedule; each has its own seed, so any one can be drawn again alone."""
        self.generator = generator_for(self.seed, self.number)
        self.number += 1
        self.priorities = {}
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """The thread whose next operation has the highest priority."""
        enabled = view.enabled()
        if len(enabled) == 1:
            choice = enabled[0]
        else:
            priorities = self.priorities
            draw = self.generator.random
            choice = None
            most = -1.0
            for thread in enabled:
                priority = priorities.get(thread.tid)
                if priority is None:
                    priority = priorities[thread.tid] = draw()
                if priority > most:
                    choice, most = thread, priority
        self._forget(view.threads, choice)
        return choice

    def _forget(self, threads: list[Any], choice: Any) -> None:
        """The chosen operation is done, and those that it races with draw again."""
        priorities = self.priorities
        priorities.pop(choice.tid, None)
        done = choice.pending
        for tid in list(priorities):
            op = threads[tid].pending
            if op is None or dependent(op, done):
                del priorities[tid]

    def end(self, view: Any) -> None:
        """Nothing to learn from a schedule."""
