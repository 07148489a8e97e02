"""It waits until both cameras are free and then takes them: all see them free, and all take the left one. (It
also finds out by asking again and again, which is the first thing to be seen.)

kind: assertion
class: unclassified
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Picture = TypeVar("Picture")


class CameraRing:
    """Cameras in a circle. From position p, camera p and the next one round the circle take a picture together."""

    def __init__(self, cameras: int) -> None:
        """Put `cameras` cameras up, numbered from 0. There are as many positions."""
        if cameras < 3:
            raise ValueError(f"a ring needs at least three cameras, not {cameras}")
        self._cameras = [threading.Lock() for _ in range(cameras)]

    def shoot(self, position: int, expose: Callable[[int, int], Picture]) -> Picture:
        """Take a picture from `position`: have its two cameras, and call ``expose(left, right)`` with their numbers."""
        count = len(self._cameras)
        if not 0 <= position < count:
            raise IndexError(f"there is no position {position} in a ring of {count} cameras")
        left, right = position, (position + 1) % count
        while self._cameras[left].locked() or self._cameras[right].locked():
            time.sleep(0.01)
        with self._cameras[left], self._cameras[right]:
            return expose(left, right)


def scan(ring: CameraRing, position: int, pictures: int, expose: Callable[[int, int], Picture]) -> list[Picture]:
    """Take `pictures` pictures from one position, one after the other."""
    return [ring.shoot(position, expose) for _ in range(pictures)]
