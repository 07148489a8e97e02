"""A pool cannot have no workers: without regions there is an exception in place of an empty report.

kind: exception
class: sequential error
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    with ThreadPoolExecutor(max_workers=len(regions)) as pool:
        return dict(zip(regions, map(sum, pool.map(fetch, regions)), strict=True))


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
