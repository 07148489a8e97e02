"""What is told of a log after a recorded run: a few plain lines. ``synclab log`` tells the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sync_tools.presentation.sections import many
from sync_tools.presentation.tables import Column, duration, table
from sync_tools.presentation.text import wrap
from sync_tools.primitives.contention import contention
from sync_tools.primitives.lock_order import cycles, edges
from sync_tools.primitives.record import Record

WIDTH = 80
INDENT = 2  # columns that whoever prints these lines may put before them
MOST_ROWS, MOST_CYCLES = 5, 5
_FIGURES = ("taken", "waited", "longest wait", "longest hold")
_COLUMNS = (Column("waited for", shrinks=True), *(Column(title, right=True) for title in _FIGURES))


def told(records: Sequence[Record], dropped: int) -> Iterator[str]:
    """What is worth knowing of a log: how much there is, what was waited for, and what could deadlock."""
    primitives = {record.primitive_serial for record in records if record.kind != "Thread"}
    threads = {record.thread_serial for record in records}
    yield (
        f"{many(len(records), 'record')} of {many(len(primitives), 'primitive')} in {many(len(threads), 'thread')}"
        + (f"; {many(dropped, 'earlier one')} made room" if dropped else "")
    )
    yield from _waits(records)
    found = cycles(edges(list(records)))
    for cycle in found[:MOST_CYCLES]:
        title, *lines = str(cycle).splitlines()
        yield from wrap(title, WIDTH - INDENT, rest="    ")
        for line in lines:
            yield from wrap(line, WIDTH - INDENT, first="  ", rest="    ")
    if len(found) > MOST_CYCLES:
        yield f"... and {many(len(found) - MOST_CYCLES, 'more potential deadlock')}"
    if not found:
        yield "no order of locks that could deadlock" + (" in what is kept" if dropped else "")


def _waits(records: Sequence[Record]) -> Iterator[str]:
    contended = {name: cost for name, cost in contention(list(records)).items() if cost.contended}
    if not contended:
        yield "nobody had to wait for a lock"
        return
    rows = [
        (
            name,
            f"{cost.count:,}",
            f"{cost.contended:,}",
            duration(cost.waited.max if cost.waited else None),
            duration(cost.held.max if cost.held else None),
        )
        for name, cost in list(contended.items())[:MOST_ROWS]
    ]
    yield from table(_COLUMNS, rows).fitted(WIDTH - INDENT).lines()
    if len(contended) > MOST_ROWS:
        yield f"... and {len(contended) - MOST_ROWS:,} more"
