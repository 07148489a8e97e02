"""A home-made lock: look at a flag, then set it. Two threads can both find it down.

kind: assertion
class: check-then-act
lines: 23, 25
"""

from __future__ import annotations

import time
from collections.abc import Iterable


class HitCounter:
    """The visit counter of one page."""

    def __init__(self) -> None:
        self.hits = 0
        self._busy = False

    def hit(self) -> None:
        """Count one visit."""
        while self._busy:
            time.sleep(0)
        self._busy = True
        self.hits += 1
        self._busy = False

    def total(self) -> int:
        """Return how many visits there have been."""
        return self.hits


def serve(counter: HitCounter, visitors: Iterable[str]) -> int:
    """Serve the page to each of `visitors` and count the visits; return the number of bytes sent."""
    sent = 0
    for visitor in visitors:
        sent += len(f"<html><body><h1>Welcome, {visitor}!</h1></body></html>".encode())
        counter.hit()
    return sent
