"""Count the visits to a web page that several worker threads serve.

Run it with ``python -m labs.lab01_hit_counter``: four workers serve a morning's visitors, then the counter is read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable


class HitCounter:
    """The visit counter of one page.

    Every method may be called from any number of threads at the same time.

    * Each call of :meth:`hit` counts exactly once.
    * :meth:`total` counts every hit that had returned before ``total()`` was called. A hit that is still under way
      may be counted or not.
    * Asking for the total never changes it.
    """

    def __init__(self) -> None:
        self.hits = 0

    def hit(self) -> None:
        """Count one visit."""
        self.hits += 1

    def total(self) -> int:
        """Return how many visits there have been."""
        return self.hits


def render(visitor: str) -> str:
    """Return the page that `visitor` gets to see."""
    return f"<html><body><h1>Welcome, {visitor}!</h1></body></html>"


def serve(counter: HitCounter, visitors: Iterable[str]) -> int:
    """Serve the page to each of `visitors` and count the visits; return the number of bytes sent."""
    sent = 0
    for visitor in visitors:
        sent += len(render(visitor).encode())
        counter.hit()
    return sent


def main(workers: int = 4, visitors: int = 2500) -> None:
    """Let `workers` threads serve `visitors` visitors each, then print the total."""
    counter = HitCounter()
    names = [f"visitor {number}" for number in range(visitors)]
    threads = [threading.Thread(target=serve, args=(counter, names)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"pages served: {workers * visitors}")
    print(f"hits counted: {counter.total()}")
