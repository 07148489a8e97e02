"""The return stands in the loop that joins: only the first worker is waited for.

kind: assertion
class: order violation
lines: 19
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    totals = dict.fromkeys(regions, 0)

    def add_up(region: str) -> None:
        totals[region] = sum(fetch(region))

    workers = [threading.Thread(target=add_up, args=(region,)) for region in regions]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        return totals
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
