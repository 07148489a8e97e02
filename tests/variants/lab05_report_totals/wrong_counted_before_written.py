"""A worker counts itself as done, and then writes its total.

kind: assertion
class: publication
lines: 24
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence


def report_totals(regions: Sequence[str], fetch: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return the sum of the sales (cents) of each of `regions`."""
    totals = dict.fromkeys(regions, 0)
    missing = len(regions)
    one_less = threading.Condition()

    def add_up(region: str) -> None:
        nonlocal missing
        total = sum(fetch(region))
        with one_less:
            missing -= 1
            one_less.notify()
        totals[region] = total

    for region in regions:
        threading.Thread(target=add_up, args=(region,)).start()
    with one_less:
        while missing:
            one_less.wait()
    return totals


def as_text(totals: Mapping[str, int]) -> str:
    """Return a line for each region, then the sum of all."""
    rows = [*totals.items(), ("all", sum(totals.values()))]
    return "\n".join(f"{region:<10} {cents / 100:12.2f}" for region, cents in rows)
