"""What is told of a log after a recorded run: plain lines of at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from sync_tools.primitives.contention import contention
from sync_tools.primitives.lock_order import cycles, edges
from sync_tools.primitives.record import Record

WIDTH = 80
INDENT = 2  # columns that whoever prints these lines may put before them
MOST_ROWS, MOST_CYCLES = 5, 5
_NAME = 28  # columns of a primitive's name


def told(records: Sequence[Record], dropped: int) -> Iterator[str]:
    """What is worth knowing of a log: how much there is, what was waited for, and what could deadlock."""
    primitives = {record.primitive_serial for record in records if record.kind != "Thread"}
    threads = {record.thread_serial for record in records}
    yield (
        f"{count(len(records), 'record')} of {count(len(primitives), 'primitive')} in {count(len(threads), 'thread')}"
        + (f"; {count(dropped, 'earlier one')} made room" if dropped else "")
    )
    yield from _waits(records)
    found = cycles(edges(list(records)))
    for cycle in found[:MOST_CYCLES]:
        for line in str(cycle).splitlines():
            yield from textwrap.wrap(line, WIDTH - INDENT, subsequent_indent="    ", break_on_hyphens=False)
    if len(found) > MOST_CYCLES:
        yield f"... and {count(len(found) - MOST_CYCLES, 'more potential deadlock')}"
    if not found:
        yield "no locks were taken in opposite orders"


def _waits(records: Sequence[Record]) -> Iterator[str]:
    contended = {name: cost for name, cost in contention(list(records)).items() if cost.contended}
    if not contended:
        yield "nobody had to wait for a lock"
        return
    yield f"{'waited for':{_NAME}} {'taken':>9} {'waited':>9} {'longest wait':>13} {'longest hold':>13}"
    for name, cost in list(contended.items())[:MOST_ROWS]:
        short = name if len(name) <= _NAME else f"...{name[3 - _NAME :]}"
        wait = _seconds(cost.waited.max) if cost.waited else "-"
        hold = _seconds(cost.held.max) if cost.held else "-"
        yield f"{short:{_NAME}} {cost.count:>9,} {cost.contended:>9,} {wait:>13} {hold:>13}"
    if len(contended) > MOST_ROWS:
        yield f"... and {len(contended) - MOST_ROWS:,} more"


def _seconds(value: float) -> str:
    return f"{value:.3f} s" if value >= 1 else f"{value * 1e3:.3f} ms"


def count(number: int, one: str) -> str:
    """``1 record``, ``2 records``, ``2 processes``."""
    return f"{number:,} {one}{'' if number == 1 else 'es' if one.endswith('s') else 's'}"
