"""Each worker puts its total into a queue, and so many are taken out as there are regions."""

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
    return dict(arrived.get() for _ in regions)


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
