"""The default: the complete search, with sampled schedules beside it once the space turns out to be large.

The search proves and finds what is shallow; but it goes through a large space from one end to the other, and what lies
in the middle can wait for ever. Samples are drawn from all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_tools.strategies.base import Strategy
from sync_tools.strategies.dpor import Dpor
from sync_tools.strategies.pos import Pos
from sync_tools.strategies.surw import Surw
from sync_tools.words.history import History

ALONE = 50  # schedules that the search has for itself: most small programs are done by then, or broken
EVERY = 4  # from then on one schedule of so many is a sample
LAST = 48  # samples where the search itself could not see everything


class Auto:
    """The search and the samplers in turn.

    Of the samplers, two that make up for each other take turns: selectively uniform walks find orders of many
    operations on one variable at once, partial order sampling what takes several variables. (Means over known bugs are
    printed by tests/benchmarks/first_bug.py.)

    Args:
        seed: of the samplers.

    Attributes:
        sample: True while the current schedule is a sample.
    """

    def __init__(self, seed: int) -> None:
        self.search = Dpor()
        self.seed = seed
        self.samplers: tuple[Strategy, ...] = ()  # made when the first sample is drawn: most programs need none
        self.now: Strategy = self.search
        self.searched = 0
        self.sampled = 0
        self.unfair = False

    @property
    def plan(self) -> Sequence[int]:
        """The current strategy's."""
        return self.now.plan

    @property
    def sample(self) -> bool:
        """See the class."""
        return self.now is not self.search

    @property
    def history(self) -> History | None:
        """The search's, while it is its turn."""
        return None if self.sample else self.search.history

    def begin(self) -> bool:
        """The search goes on, or a sample is drawn; all is done when the search is."""
        if self.sampled * (EVERY - 1) < self.searched - ALONE:
            return self._sample()
        self.now = self.search
        self.searched += 1
        if self.search.begin():
            return True
        # A thread that ran to the step budget kept the others from the search's eyes.
        return self.unfair and self.sampled < LAST and self._sample()

    def _sample(self) -> bool:
        if not self.samplers:
            self.samplers = (Surw(self.seed), Pos(self.seed))
        self.now = self.samplers[self.sampled % len(self.samplers)]
        self.sampled += 1
        return self.now.begin()

    def choose(self, view: Any, current: Any) -> Any:
        """Ask the current strategy."""
        return self.now.choose(view, current)

    def end(self, view: Any) -> None:
        """Tell the current strategy."""
        self.unfair = self.unfair or view.unfair
        self.now.end(view)
