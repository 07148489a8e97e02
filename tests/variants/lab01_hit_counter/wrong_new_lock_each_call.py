"""A lock, but a new one in each call: it excludes nobody.

kind: assertion
class: lost update
lines: 23
"""

from __future__ import annotations

import threading
from collections.abc import Iterable


class HitCounter:
    """The visit counter of one page."""

    def __init__(self) -> None:
        self.hits = 0

    def hit(self) -> None:
        """Count one visit."""
        with threading.Lock():
            self.hits += 1

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
