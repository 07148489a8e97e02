"""A hit is one append, which is a single step; the total is the length."""

from __future__ import annotations

from collections.abc import Iterable


class HitCounter:
    """The visit counter of one page."""

    def __init__(self) -> None:
        self._visits: list[None] = []

    def hit(self) -> None:
        """Count one visit."""
        self._visits.append(None)

    def total(self) -> int:
        """Return how many visits there have been."""
        return len(self._visits)


def serve(counter: HitCounter, visitors: Iterable[str]) -> int:
    """Serve the page to each of `visitors` and count the visits; return the number of bytes sent."""
    sent = 0
    for visitor in visitors:
        sent += len(f"<html><body><h1>Welcome, {visitor}!</h1></body></html>".encode())
        counter.hit()
    return sent
