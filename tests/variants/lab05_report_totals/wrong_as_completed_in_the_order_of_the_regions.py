"""as_completed gives the futures in the order in which they end, not in that of the regions: totals change places.

kind: assertion
class: unclassified
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    with ThreadPoolExecutor(max_workers=max(1, len(regions))) as pool:
        futures = [pool.submit(fetch, region) for region in regions]
        sums = [sum(future.result()) for future in as_completed(futures)]
    return dict(zip(regions, sums, strict=True))


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
