"""All workers are joined, but each asks for the loop's variable when it gets to run: one region comes twice.

kind: assertion
class: unclassified
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    totals = dict.fromkeys(regions, 0)
    workers = []
    for region in regions:

        def add_up() -> None:
            totals[region] = sum(fetch(region))  # noqa: B023 (that is the slip)

        workers.append(threading.Thread(target=add_up))
        workers[-1].start()
    for worker in workers:
        worker.join()
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
