"""The worker that finds itself the last sets an event. Counting and asking are one critical section."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    totals: dict[str, int] = {}
    missing = len(regions)
    counting = threading.Lock()
    complete = threading.Event()

    def add_up(region: str) -> None:
        nonlocal missing
        totals[region] = sum(fetch(region))
        with counting:
            missing -= 1
            last = missing == 0
        if last:
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
