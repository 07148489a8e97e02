"""Totals are taken from the queue until it is empty. It is empty, too, before the first worker has put any.

kind: assertion
class: order violation
lines: 20, 25
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    arrived: queue.Queue[tuple[str, int]] = queue.Queue()

    def add_up(region: str) -> None:
        arrived.put((region, sum(fetch(region))))

    for region in regions:
        threading.Thread(target=add_up, args=(region,)).start()
    totals = dict.fromkeys(regions, 0)
    while not arrived.empty():
        region, total = arrived.get()
        totals[region] = total
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
