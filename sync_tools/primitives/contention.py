"""How much threads wait for each primitive, and how long they hold it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sync_tools.primitives.lock_order import labels
from sync_tools.primitives.record import Record
from sync_tools.words.failure import Site

MEASURED = frozenset({"Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore"})


class Quantiles(NamedTuple):
    """Seconds: the median, the 95th percentile (nearest rank) and the maximum."""

    p50: float
    p95: float
    max: float


@dataclass(frozen=True)
class Contention:
    """What one primitive cost.

    Attributes:
        count: how often it was acquired.
        contended: how many of those had to wait for somebody.
        waited: how long the acquisitions waited; None when there was none.
        held: how long it was held; None where no release was seen (or, for semaphores, ever).
        longest_hold: where the longest hold began, or None.
    """

    count: int
    contended: int
    waited: Quantiles | None
    held: Quantiles | None
    longest_hold: Site | None


def quantiles(values: Iterable[float]) -> Quantiles | None:
    """Quantiles by nearest rank, or None where there are no values."""
    ranked = sorted(values)
    if not ranked:
        return None

    def rank(percent: int) -> float:
        return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]

    return Quantiles(rank(50), rank(95), ranked[-1])


def contention(records: list[Record]) -> dict[str, Contention]:
    """The cost of each primitive that was acquired, by name, the one waited for longest in all first."""
    names = labels(records)
    by_seq = {record.seq: record for record in records}
    acquired: dict[str, list[Record]] = {}
    released: dict[str, list[Record]] = {}
    for record in records:
        if record.kind in MEASURED and record.op == "acquired":
            acquired.setdefault(names[record.primitive_serial], []).append(record)
        elif record.op == "released" and record.held is not None:
            released.setdefault(names[record.primitive_serial], []).append(record)
    result: dict[str, Contention] = {}
    for name, taken in acquired.items():
        releases = released.get(name, [])
        longest = max(releases, key=lambda record: record.held or 0.0, default=None)
        # The site that matters is where the hold began; where the ring has dropped that, where it ended.
        began = None if longest is None or longest.begun is None else by_seq.get(longest.begun, longest)
        result[name] = Contention(
            count=len(taken),
            contended=sum(record.contended for record in taken),
            waited=quantiles(record.waited for record in taken if record.waited is not None),
            held=quantiles(record.held for record in releases if record.held is not None),
            longest_hold=began.site if began is not None else None,
        )
    total = {name: sum(record.waited or 0.0 for record in taken) for name, taken in acquired.items()}
    return {name: result[name] for name in sorted(result, key=lambda name: -total[name])}
