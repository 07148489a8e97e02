"""The cameras are sorted for the locks, and the picture is taken with left and right exchanged.

kind: assertion
class: sequential error
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
        self._cameras = [threading.Lock() for _ in range(cameras)]

    def shoot(self, position: int, expose: Callable[[int, int], Picture]) -> Picture:
        """Take a picture from `position`: have its two cameras, and call ``expose(left, right)`` with their numbers."""
        count = len(self._cameras)
        if not 0 <= position < count:
            raise IndexError(f"there is no position {position} in a ring of {count} cameras")
        left, right = position, (position + 1) % count
        left, right = sorted((left, right))
        with self._cameras[left], self._cameras[right]:
            return expose(left, right)


def scan(ring: CameraRing, position: int, pictures: int, expose: Callable[[int, int], Picture]) -> list[Picture]:
    """Take `pictures` pictures from one position, one after the other."""
    return [ring.shoot(position, expose) for _ in range(pictures)]
