"""The default: the complete search, with sampled schedules beside it once the space turns out to be large.

The search proves and finds what is shallow; but it goes through a large space from one end to the other, and what lies
in the middle can wait for ever. Samples are drawn from all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_tools.strategies.base import Strategy
from sync_tools.strategies.dpor import Dpor
from sync_tools.strategies.sampling import RandomWalk
from sync_tools.words.history import History

ALONE = 24  # schedules that the search has for itself: most small programs are done by then
BURST = 48  # samples that follow
EVERY = 5  # from then on one sample after so many schedules of the search


class Auto:
    """The search and the samplers in turn.

    Args:
        seed: of the samplers.

    Attributes:
        sample: True while the current schedule is a sample.
    """

    def __init__(self, seed: int) -> None:
        self.search = Dpor()
        self.samplers: list[Strategy] = [RandomWalk(seed)]
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
        beyond = self.searched - ALONE
        if beyond >= 0 and self.sampled < BURST + beyond // EVERY:
            return self._sample()
        self.now = self.search
        self.searched += 1
        if self.search.begin():
            return True
        # A thread that ran to the step budget kept the others from the search's eyes.
        return self.unfair and self.sampled < BURST and self._sample()

    def _sample(self) -> bool:
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
