"""Random schedules. They prove nothing, but need no space."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

_Random = random.Random  # the real one, also while a scenario's world stands under the random module


def generator_for(seed: int, number: int) -> random.Random:
    """The random numbers of one schedule. Each has its own, so how many one uses changes nothing in the next."""
    return _Random(f"{seed}/{number}")


class RandomWalk:
    """At each scheduling point any enabled thread, with equal chances.

    Args:
        seed: the sequence of schedules depends on nothing else.
    """

    plan: Sequence[int] = ()

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.number = 0
        self.generator = generator_for(seed, 0)

    def begin(self) -> bool:
        """There is always another schedule; each has its own seed, so any one can be drawn again alone."""
        self.generator = generator_for(self.seed, self.number)
        self.number += 1
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """Draw one."""
        enabled = view.enabled()
        if len(enabled) == 1:
            return enabled[0]
        return enabled[int(self.generator.random() * len(enabled))]

    def end(self, view: Any) -> None:
        """Nothing to learn from a schedule."""
