"""Each worker keeps its own total, and is asked for it before it is joined.

kind: assertion
class: order violation
lines: 25, 35
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence


class Worker(threading.Thread):
    """Adds up the sales of one region."""

    def __init__(self, region: str, fetch: Callable[[str], Sequence[int]]) -> None:
        super().__init__()
        self.region = region
        self.fetch = fetch
        self.total = 0

    def run(self) -> None:
        """Fetch and add up."""
        self.total = sum(self.fetch(self.region))


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    workers = [Worker(region, fetch) for region in regions]
    for worker in workers:
        worker.start()
    totals = {}
    for worker in workers:
        totals[worker.region] = worker.total
        worker.join()
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
