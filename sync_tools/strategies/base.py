"""The one interface of all strategies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Strategy(Protocol):
    """Decides who runs next. A policy is a small class with these three methods."""

    @property
    def plan(self) -> Sequence[int]:
        """Threads that go on first, one an operation, before `choose` is asked."""

    def begin(self) -> bool:
        """Prepare the next schedule; False when there is none left."""

    def choose(self, view: Any, current: Any) -> Any:
        """The thread that runs next, one of ``view.enabled()``; or None to abandon this schedule as redundant."""

    def end(self, view: Any) -> None:
        """The schedule has ended; ``view`` holds its trace and what the waiting threads still wanted to do."""
