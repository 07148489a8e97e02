"""Each worker is started when the one before the previous has ended: only two are under way at a time.

kind: unfilled-barrier
class: serialised threads
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
    for number, worker in enumerate(workers):
        if number >= 2:
            workers[number - 2].join()
        worker.start()
    for worker in workers:
        worker.join()
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
