"""One thread owns the number; hits and questions reach it through one queue.

The queue keeps their order, so a question is answered after every hit that returned before it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable


class HitCounter:
    """The visit counter of one page."""

    def __init__(self) -> None:
        self._requests: queue.SimpleQueue[queue.SimpleQueue[int] | None] = queue.SimpleQueue()
        threading.Thread(target=self._own, daemon=True).start()

    def _own(self) -> None:
        hits = 0
        while True:
            reply = self._requests.get()
            if reply is None:
                hits += 1
            else:
                reply.put(hits)

    def hit(self) -> None:
        """Count one visit."""
        self._requests.put(None)

    def total(self) -> int:
        """Return how many visits there have been."""
        reply: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._requests.put(reply)
        return reply.get()


def serve(counter: HitCounter, visitors: Iterable[str]) -> int:
    """Serve the page to each of `visitors` and count the visits; return the number of bytes sent."""
    sent = 0
    for visitor in visitors:
        sent += len(f"<html><body><h1>Welcome, {visitor}!</h1></body></html>".encode())
        counter.hit()
    return sent
