"""The workers count down together, and the count is read and written without a lock: it may never reach zero.

kind: lost-wakeup
class: lost update
lines: 23
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    totals = dict.fromkeys(regions, 0)
    missing = len(regions)
    complete = threading.Event()

    def add_up(region: str) -> None:
        nonlocal missing
        totals[region] = sum(fetch(region))
        missing -= 1
        if missing == 0:
            complete.set()

    for region in regions:
        threading.Thread(target=add_up, args=(region,)).start()
    if regions:
        complete.wait()
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
