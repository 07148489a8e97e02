"""The pool is told to end, and not to wait.

kind: assertion
class: order violation
lines: 19
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    totals = dict.fromkeys(regions, 0)

    def add_up(region: str) -> None:
        totals[region] = sum(fetch(region))

    pool = ThreadPoolExecutor(max_workers=max(1, len(regions)))
    for region in regions:
        pool.submit(add_up, region)
    pool.shutdown(wait=False)
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
