"""Each thread counts in a cell of its own; the total adds the cells up.

A cell has one writer, so its read and write cannot be parted by another write.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable


class HitCounter:
    """The visit counter of one page."""

    def __init__(self) -> None:
        self._cells: list[list[int]] = []
        self._mine = threading.local()

    def hit(self) -> None:
        """Count one visit."""
        cell = getattr(self._mine, "cell", None)
        if cell is None:
            cell = self._mine.cell = [0]
            self._cells.append(cell)  # one step: nobody's cell is lost
        cell[0] += 1

    def total(self) -> int:
        """Return how many visits there have been."""
        return sum(cell[0] for cell in list(self._cells))


def serve(counter: HitCounter, visitors: Iterable[str]) -> int:
    """Serve the page to each of `visitors` and count the visits; return the number of bytes sent."""
    sent = 0
    for visitor in visitors:
        sent += len(f"<html><body><h1>Welcome, {visitor}!</h1></body></html>".encode())
        counter.hit()
    return sent
