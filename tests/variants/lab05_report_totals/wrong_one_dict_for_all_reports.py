"""The totals stand in one dict for all reports: the next report adds to the last one.

kind: assertion
class: sequential error
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

_totals: dict[str, int] = {}


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""

    def add_up(region: str) -> None:
        _totals[region] = sum(fetch(region))

    workers = [threading.Thread(target=add_up, args=(region,)) for region in regions]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return _totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
