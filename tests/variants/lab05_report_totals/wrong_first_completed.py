"""The report waits until the first of the futures is done, and asks the dict, not the futures.

kind: assertion
class: order violation
lines: 19
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    totals = dict.fromkeys(regions, 0)

    def add_up(region: str) -> None:
        totals[region] = sum(fetch(region))

    if not regions:
        return totals
    pool = ThreadPoolExecutor(max_workers=len(regions))
    wait([pool.submit(add_up, region) for region in regions], return_when=FIRST_COMPLETED)
    pool.shutdown(wait=False)
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
