"""A ring of cameras that scan an object from all sides, two neighbouring cameras a picture.

These are Dijkstra's dining philosophers at work: a position is a philosopher, and the cameras beside it are the forks.

Run it with ``python -m labs.lab12_philosophers``: five positions take their pictures, each in a thread of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Picture = TypeVar("Picture")


class CameraRing:
    """Cameras in a circle. From position p, camera p and the next one round the circle take a picture together.

    Each position has a thread of its own: calls for different positions may come at the same time, those for one
    position come one after the other.

    * A camera takes part in one picture at a time.
    * Every call returns, as long as exposures come to an end: no position waits for ever, and none tries for ever.
    * Two positions that share no camera can take their pictures at the same time: as long as no third call is under
      way, neither waits for the other.
    * A call that waits goes on as soon as a picture that is done makes room for it. It is woken, and does not find out
      by asking again and again.
    """

    def __init__(self, cameras: int) -> None:
        """Put `cameras` cameras up, numbered from 0. There are as many positions.

        Raises:
            ValueError: fewer than three cameras are no ring.
        """
        if cameras < 3:
            raise ValueError(f"a ring needs at least three cameras, not {cameras}")
        self._cameras = [threading.Lock() for _ in range(cameras)]

    def shoot(self, position: int, expose: Callable[[int, int], Picture]) -> Picture:
        """Take a picture from `position`: have its two cameras, and call ``expose(left, right)`` with their numbers.

        Returns:
            What `expose` returned.

        Raises:
            IndexError: there is no such position.
            Exception: what `expose` raised. The cameras are free again then too.
        """
        cameras = self._cameras
        if not 0 <= position < len(cameras):
            raise IndexError(f"there is no position {position} in a ring of {len(cameras)} cameras")
        left, right = position, (position + 1) % len(cameras)
        with cameras[left], cameras[right]:
            return expose(left, right)


def scan(ring: CameraRing, position: int, pictures: int, expose: Callable[[int, int], Picture]) -> list[Picture]:
    """Take `pictures` pictures from one position, one after the other."""
    return [ring.shoot(position, expose) for _ in range(pictures)]


def main(cameras: int = 5, pictures: int = 50) -> None:
    """Take `pictures` pictures from each position at the same time, then print how many there are."""
    ring = CameraRing(cameras)
    album: list[tuple[int, int]] = []

    def expose(left: int, right: int) -> None:
        time.sleep(0.002)
        album.append((left, right))

    threads = [
        threading.Thread(target=scan, args=(ring, position, pictures, expose), daemon=True)
        for position in range(cameras)
    ]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 5.0
    for thread in threads:
        thread.join(timeout=max(0.0, end - time.monotonic()))
    print(f"{len(album)} of {cameras * pictures} pictures taken")
    if any(thread.is_alive() for thread in threads):
        print("... and some positions still wait, each for a camera that its neighbour has.")
