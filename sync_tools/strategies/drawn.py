"""Run a drawn schedule: the default order, except at numbered choice points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_tools.words.order import default_choice

# A thread's start, its end and a join commute with all that other threads do meanwhile: who goes on there is settled
# at the operations around them.
FRAME = frozenset({"start", "end", "join"})


class Drawn:
    """Departs from the default order at counted choice points.

    A choice point is a visible operation of the default thread, other than a start, a join or an end, before which
    another thread could go on. Unlike a token's departures, which name a thread and its n-th operation, these fit
    every program: a data generator can draw them without knowing it.

    Args:
        departures: pairs ``(point, pick)``, by growing points: at the choice point with that number, from 0 on, the
            `pick`-th of the other threads that could go on (counted round and round) runs in place of the default one.
    """

    plan: Sequence[int] = ()

    def __init__(self, departures: Sequence[tuple[int, int]]) -> None:
        self.departures = dict(departures)
        self.point = 0

    def begin(self) -> bool:
        """It can be run any number of times."""
        self.point = 0
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """Count choice points, and depart at those that were drawn."""
        enabled = view.enabled()
        default = default_choice(enabled, current)
        if len(enabled) == 1 or default.pending.kind in FRAME:
            return default
        pick = self.departures.get(self.point)
        self.point += 1
        if pick is None:
            return default
        others = [thread for thread in enabled if thread is not default]
        return others[pick % len(others)]

    def end(self, view: Any) -> None:
        """Nothing to learn from a schedule."""
