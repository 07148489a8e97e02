"""The month's sales report: a worker a region fetches the sales and adds them up.

Run it with ``python -m solutions.lab05_report_totals``: five regions report their sales of last month.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`.

    * `fetch` is called once for each region and returns its sales. It may take long.
    * All regions are fetched at the same time: no call of `fetch` has to end before another one begins. `fetch` may be
      called from any number of threads, and does not raise.
    * The report is whole when it is returned: it has the total of every region, and does not change later.
    * There are at most five regions, and none comes twice. Without regions the report is empty.
    """
    totals = dict.fromkeys(regions, 0)

    def add_up(region: str) -> None:
        totals[region] = sum(fetch(region))

    workers = [threading.Thread(target=add_up, args=(region,)) for region in regions]
    for worker in workers:
        worker.start()
    # start() only sets a worker going. join() waits until it has ended, and what it wrote is there to be read then. Two
    # loops, not one: joining a worker before the next is started would fetch one region after the other. And all of
    # them, in any order: that the last one has ended says nothing about the first.
    #
    # Also right: futures, whose result() waits for the worker and hands its total over; a count of the regions that are
    # still missing, under a condition; a queue into which each worker puts its total, and from which so many are taken.
    for worker in workers:
        worker.join()
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return the report as it is sent to the board: a line for each region, then the sum of all."""
    lines = [f"{region:<10} {cents / 100:12.2f}" for region, cents in totals.items()]
    return "\n".join([*lines, f"{'all':<10} {sum(totals.values()) / 100:12.2f}"])


def sales_of(region: str) -> list[int]:
    """Return last month's sales of `region` (in place of a slow request to the region's own server)."""
    return [(len(region) * number * 37) % 20_000 for number in range(30_000)]


def main() -> None:
    """Make the report twice. It is the same month, so it should be the same report."""
    regions = ["north", "east", "south", "west", "overseas"]
    for title in ("first report", "second report"):
        print(title)
        print(as_text(report_totals(regions, sales_of)))
