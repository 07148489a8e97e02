"""Hits go into a queue that whoever asks for the total empties: one reader takes the hit, the other misses it.

kind: assertion
class: torn read
lines: 28, 29
"""

from __future__ import annotations

import queue
from collections.abc import Iterable


class HitCounter:
    """The visit counter of one page."""

    def __init__(self) -> None:
        self.hits = 0
        self._new: queue.SimpleQueue[int] = queue.SimpleQueue()

    def hit(self) -> None:
        """Count one visit."""
        self._new.put(1)

    def total(self) -> int:
        """Return how many visits there have been."""
        while not self._new.empty():
            self.hits += self._new.get()
        return self.hits


def serve(counter: HitCounter, visitors: Iterable[str]) -> int:
    """Serve the page to each of `visitors` and count the visits; return the number of bytes sent."""
    sent = 0
    for visitor in visitors:
        sent += len(f"<html><body><h1>Welcome, {visitor}!</h1></body></html>".encode())
        counter.hit()
    return sent
