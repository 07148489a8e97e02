"""Each position has a state and a semaphore of its own: who is done looks whether a neighbour can begin, and wakes it.

(Dijkstra's own solution, as in Tanenbaum's book.)
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Picture = TypeVar("Picture")

IDLE, HUNGRY, BUSY = range(3)


class CameraRing:
    """Cameras in a circle. From position p, camera p and the next one round the circle take a picture together."""

    def __init__(self, cameras: int) -> None:
        """Put `cameras` cameras up, numbered from 0. There are as many positions."""
        if cameras < 3:
            raise ValueError(f"a ring needs at least three cameras, not {cameras}")
        self._states = [IDLE] * cameras
        self._may_begin = [threading.Semaphore(0) for _ in range(cameras)]
        self._lock = threading.Lock()

    def shoot(self, position: int, expose: Callable[[int, int], Picture]) -> Picture:
        """Take a picture from `position`: have its two cameras, and call ``expose(left, right)`` with their numbers."""
        count = len(self._states)
        if not 0 <= position < count:
            raise IndexError(f"there is no position {position} in a ring of {count} cameras")
        left, right = position, (position + 1) % count
        with self._lock:
            self._states[position] = HUNGRY
            self._test(position)
        self._may_begin[position].acquire()
        try:
            return expose(left, right)
        finally:
            with self._lock:
                self._states[position] = IDLE
                self._test((position - 1) % count)
                self._test(right)

    def _test(self, position: int) -> None:
        count = len(self._states)
        beside = self._states[(position - 1) % count], self._states[(position + 1) % count]
        if self._states[position] == HUNGRY and BUSY not in beside:
            self._states[position] = BUSY
            self._may_begin[position].release()


def scan(ring: CameraRing, position: int, pictures: int, expose: Callable[[int, int], Picture]) -> list[Picture]:
    """Take `pictures` pictures from one position, one after the other."""
    return [ring.shoot(position, expose) for _ in range(pictures)]
