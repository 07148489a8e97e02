"""A semaphore with one permit round the whole read-modify-write, in try/finally; the total takes it too."""

from __future__ import annotations

import threading
from collections.abc import Iterable


class HitCounter:
    """The visit counter of one page."""

    def __init__(self) -> None:
        self._turn = threading.Semaphore(1)
        self._hits = 0

    def hit(self) -> None:
        """Count one visit."""
        self._turn.acquire()
        try:
            self._hits += 1
        finally:
            self._turn.release()

    def total(self) -> int:
        """Return how many visits there have been."""
        with self._turn:
            return self._hits


def serve(counter: HitCounter, visitors: Iterable[str]) -> int:
    """Serve the page to each of `visitors` and count the visits; return the number of bytes sent."""
    sent = 0
    for visitor in visitors:
        sent += len(f"<html><body><h1>Welcome, {visitor}!</h1></body></html>".encode())
        counter.hit()
    return sent
