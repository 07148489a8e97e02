"""The waiter does not look again after it was woken: another position may have taken the cameras meanwhile.

kind: assertion
class: check-then-act
lines: 34, 36
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Picture = TypeVar("Picture")


class CameraRing:
    """Cameras in a circle. From position p, camera p and the next one round the circle take a picture together."""

    def __init__(self, cameras: int) -> None:
        """Put `cameras` cameras up, numbered from 0. There are as many positions."""
        if cameras < 3:
            raise ValueError(f"a ring needs at least three cameras, not {cameras}")
        self._busy = [False] * cameras
        self._changed = threading.Condition()

    def shoot(self, position: int, expose: Callable[[int, int], Picture]) -> Picture:
        """Take a picture from `position`: have its two cameras, and call ``expose(left, right)`` with their numbers."""
        count = len(self._busy)
        if not 0 <= position < count:
            raise IndexError(f"there is no position {position} in a ring of {count} cameras")
        left, right = position, (position + 1) % count
        with self._changed:
            if self._busy[left] or self._busy[right]:
                self._changed.wait()
            self._busy[left] = self._busy[right] = True
        try:
            return expose(left, right)
        finally:
            with self._changed:
                self._busy[left] = self._busy[right] = False
                self._changed.notify_all()


def scan(ring: CameraRing, position: int, pictures: int, expose: Callable[[int, int], Picture]) -> list[Picture]:
    """Take `pictures` pictures from one position, one after the other."""
    return [ring.shoot(position, expose) for _ in range(pictures)]
