"""Primitives that are not what they say, to see that a conformance suite finds out.

They stand apart from the test because a scenario's own module is rewritten, and a model must not be.
"""

from __future__ import annotations

from typing import Any

from sync_tools.models import barriers, conditions, locks


class LockForAnybody(locks.RLock):
    """Its release does not ask who took it."""

    def _is_owned(self) -> bool:
        return self.owner is not None


class ImpatientLock(locks.Lock):
    """It does not wait for as long as it was told."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return super().acquire(blocking, timeout / 10 if 0 < timeout < 10 else timeout)


class EventLookedAtAgain(conditions.Event):
    """Its waiters look at the flag only once they run, which may be after a clear()."""

    def wait(self, timeout: float | None = None) -> bool:
        return bool(self.world.perform("wait", self, lambda: True, lambda: self.flag, timeout))


class ConditionThatWakesAll(conditions.Condition):
    """One notification too many."""

    def notify(self, n: int = 1) -> None:
        super().notify(len(self.tickets))


class SemaphoreWithoutEnd(conditions.Semaphore):
    """Its permits are given out again and again."""

    def _take(self) -> bool:
        return True


class BarrierForOneLess(barriers.Barrier):
    """It opens when one is still missing."""

    def __init__(self, parties: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(parties - 1, *args, **kwargs)
