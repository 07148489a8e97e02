"""The tables of a log: what was waited for and held, and the order of what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sync_tools.presentation.log_order import Order
from sync_tools.presentation.log_summary import Cost, Places
from sync_tools.presentation.sections import Section, many
from sync_tools.presentation.tables import Column, Table, duration, table, told_apart
from sync_tools.presentation.text import wrap
from sync_tools.primitives.contention import Quantiles

NARROWEST = 80  # columns: with less there is no room for a table's figures
MOST_ROWS = 20  # primitives that are shown, unless all are wanted
_WRITTEN_OUT = 1e6  # seconds up to which a time needs no exponent
_LEGEND = "p50 and p95: half of them, and 95 of 100, took no longer."
_NAME, _KIND, _SITE = (Column(title, shrinks=True) for title in ("primitive", "kind", "longest hold"))


def contention_sections(costs: Sequence[Cost], places: Places, width: int, *, whole: bool = False) -> list[Section]:
    """What was waited for, and how long everything was held: in one table where there is room for it, else in two.

    Args:
        costs: of each primitive that was acquired, in the order in which they are shown.
        places: how sites are written.
        width: columns, 80 or more.
        whole: show all of them, however many they are.
    """
    if not costs:
        return [Section("Contention: no lock and no semaphore was acquired")]
    waited_for = [cost for cost in costs if cost.more.contended]
    title = f"Contention: {len(waited_for) or 'none'} of {many(len(costs), 'primitive')} had to be waited for"
    legend = tuple(wrap(_LEGEND, width))
    if not whole and len(costs) > MOST_ROWS:
        left_out = many(len(costs) - MOST_ROWS, "more primitive")
        legend += tuple(wrap(f"{left_out}, waited for and held for less time: --all shows them.", width))
        costs = costs[:MOST_ROWS]
        waited_for = [cost for cost in costs if cost.more.contended]
    joined = table(
        (_NAME, _KIND, *_figures("count", "contended", "wait total"), *_quantile_columns("wait "),
         *_quantile_columns("hold "), _SITE),
        [(cost.name, cost.kind, *_waits(cost), *_holds(cost, places)) for cost in costs],
    )  # fmt: skip
    if joined.width() <= width:
        return [Section(title, (joined, legend))]
    needed = max(each.width() for each in (_waits_table(waited_for), _holds_table(costs, places)))
    # One name for each primitive in both tables, so that it can be found again.
    room = _holds_table(costs, places).fitted(width).widths()[0]
    names = told_apart((cost.name for cost in costs), room)
    costs = [replace(cost, name=names[cost.name]) for cost in costs]
    waited_for = [cost for cost in costs if cost.more.contended]
    waits = (_waits_table(waited_for).fitted(width),) if waited_for else ()
    holds = _holds_table(costs, places).fitted(width)
    return [Section(title, waits), Section("Held", (holds, (*legend, *_shortened(needed, width))))]


def _waits_table(costs: Sequence[Cost]) -> Table:
    columns = (_NAME, *_figures("count", "contended", "wait total"), *_quantile_columns())
    return table(columns, [(cost.name, *_waits(cost)) for cost in costs])


def _holds_table(costs: Sequence[Cost], places: Places) -> Table:
    columns = (_NAME, _KIND, *_figures("count"), *_quantile_columns(), _SITE)
    rows = [(cost.name, cost.kind, str(cost.more.count), *_holds(cost, places)) for cost in costs]
    return table(columns, rows)


def _figures(*titles: str) -> tuple[Column, ...]:
    return tuple(Column(title, right=True) for title in titles)


def _quantile_columns(what: str = "") -> tuple[Column, ...]:
    first, *others = Quantiles._fields
    return _figures(what + first, *others)


def _waits(cost: Cost) -> tuple[str, ...]:
    more = cost.more
    return (str(more.count), str(more.contended), duration(cost.total), *_quantiles(more.waited))


def _holds(cost: Cost, places: Places) -> tuple[str, ...]:
    return (*_quantiles(cost.more.held), places.of(cost.more.longest_hold))


def _quantiles(values: Quantiles | None) -> tuple[str, ...]:
    return tuple(map(duration, values or (None,) * len(Quantiles._fields)))


def order_section(order: Order, width: int) -> Section:
    """What happened, in order: a line an line.

    Args:
        order: what to draw.
        width: columns; below 80 it is taken as 80.
    """
    width = max(width, NARROWEST)
    shown, chosen = order.lines, len(order.lines) + order.left_out
    if not shown:
        return Section("Order: there is no such record")
    title = "Order: " + (f"{chosen:,} of " if chosen < order.records else "") + many(order.records, "record")
    if order.left_out:
        title += f", the last {len(shown):,} of them ({order.left_out:,} left out)"
    columns = (
        *_figures("seq", "seconds"),
        Column("thread", shrinks=True),
        Column("op"),
        _NAME,
        *_figures("wait/hold"),
        Column("site", shrinks=True),
    )
    rows = [
        (
            str(line.seq),
            f"{line.since:.6f}" if line.since < _WRITTEN_OUT else f"{line.since:.6e}",
            line.thread,
            line.op,
            line.primitive,
            duration(line.took),
            order.places.of(line.site),
        )
        for line in shown
    ]
    whole = table(columns, rows)
    note = _shortened(whole.width(), width)
    return Section("\n".join(wrap(title, width)), (whole.fitted(width), note) if note else (whole.fitted(width),))


def _shortened(needed: int, width: int) -> tuple[str, ...]:
    """What to say below tables that would need more columns; nothing where they have them."""
    if needed <= width:
        return ()
    note = f"Names are shortened (..) to fit {width} columns; COLUMNS={needed} in the environment shows them whole."
    return tuple(wrap(note, width))
