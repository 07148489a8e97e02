"""Each worker keeps its own total. It is asked for after the worker was joined, and workers share nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence


class Worker(threading.Thread):
    """Adds up the sales of one region."""

    total: int  # there when it has ended

    def __init__(self, region: str, fetch: Callable[[str], Sequence[int]]) -> None:
        super().__init__()
        self.region = region
        self.fetch = fetch

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
        worker.join()
        totals[worker.region] = worker.total
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
