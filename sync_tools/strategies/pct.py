"""Probabilistic concurrency testing: random priorities, changed at a few random places.

After Burckhardt, Kothari, Musuvathi & Nagarakatte, "A randomized scheduler with probabilistic guarantees of finding
bugs", ASPLOS 2010. The enabled thread of the highest priority always runs. One schedule finds a bug that needs ``d``
orderings, in a program of ``n`` threads and ``k`` choices, with a probability of at least ``1 / (n * k**(d - 1))``.

Two departures from the paper, neither of which takes anything from that: ``k`` counts choices (points at which more
than one thread can go on), not steps; and a thread that polls is demoted, for it would keep its priority for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_tools.strategies.sampling import generator_for

FIRST_LENGTH = 20  # choices; the estimate before any schedule was run
PATIENCE = 500  # choices in a row that one thread may win before it is taken for a loop that waits for another


class Pct:
    """Priorities with ``depth - 1`` change points.

    Args:
        seed: the sequence of schedules depends on it and on the program, nothing else.
        depth: how many orderings the bug is thought to need; 3 finds most known bugs.

    Attributes:
        length: the longest schedule so far, in choices; the change points are drawn from it.
        priorities: one a thread. Invariant: above zero until a thread is demoted, below from then on; all different.
    """

    plan: Sequence[int] = ()

    def __init__(self, seed: int, depth: int = 3) -> None:
        self.seed = seed
        self.depth = depth
        self.number = 0
        self.length = 0
        self.generator = generator_for(seed, 0)
        self.priorities: dict[int, float] = {}
        self.changes: set[int] = set()
        self.choices = 0
        self.demotions = 0
        self.won = 0
        self.last = -1

    def begin(self) -> bool:
        """Draw the change points; there is always another schedule."""
        self.generator = generator_for(self.seed, self.number)
        self.number += 1
        length = self.length or FIRST_LENGTH
        self.changes = {1 + int(self.generator.random() * length) for _ in range(self.depth - 1)}
        self.priorities = {}
        self.choices = self.demotions = self.won = 0
        self.last = -1
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """The thread of the highest priority; at a change point it becomes the lowest, and the next one goes on."""
        enabled = view.enabled()
        if len(enabled) == 1:
            return enabled[0]
        self.choices += 1
        choice = self._highest(enabled)
        self.won = self.won + 1 if choice.tid == self.last else 1
        if self.choices in self.changes or self.won > PATIENCE:
            self._demote(choice)
            self.won = 0
            choice = self._highest(enabled)
        self.last = choice.tid
        if choice.pending.yields():
            self._demote(choice)  # from its next operation on
        return choice

    def _highest(self, enabled: list[Any]) -> Any:
        priorities = self.priorities
        best = None
        most = 0.0
        for thread in enabled:
            priority = priorities.get(thread.tid)
            if priority is None:
                priority = priorities[thread.tid] = self.generator.random()
            if best is None or priority > most:
                best, most = thread, priority
        return best

    def _demote(self, thread: Any) -> None:
        self.demotions += 1
        self.priorities[thread.tid] = float(-self.demotions)

    def end(self, view: Any) -> None:
        """Learn how long schedules are; one that ran to the step budget says nothing about the others."""
        if not view.unfair:
            self.length = max(self.length, self.choices)
