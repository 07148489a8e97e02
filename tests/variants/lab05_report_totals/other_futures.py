"""A future a region: result() waits for the worker and hands its total over. The pool has room for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    with ThreadPoolExecutor(max_workers=max(1, len(regions))) as pool:
        futures = {region: pool.submit(fetch, region) for region in regions}
        return {region: sum(future.result()) for region, future in futures.items()}


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
