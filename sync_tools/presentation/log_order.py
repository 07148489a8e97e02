"""The order of what a log holds, all of it or only what one asks for, as values."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from sync_tools.presentation.log_summary import THREAD, Places, printed, since, thread_names
from sync_tools.primitives.lock_order import labels
from sync_tools.primitives.record import Record
from sync_tools.words.errors import UserError
from sync_tools.words.failure import Site


@dataclass(frozen=True)
class Line:
    """One line of the order: a record with names that no other thread or primitive has.

    Attributes:
        seq: its number in the log.
        since: seconds since the log's first record.
        took: seconds that it waited, or held what it released; None where neither has a meaning.
    """

    seq: int
    since: float
    thread: str
    op: str
    primitive: str
    took: float | None
    site: Site


@dataclass(frozen=True)
class Order:
    """What happened, in order.

    Attributes:
        lines: the last ones of those asked for.
        left_out: how many of those asked for came before them.
        records: how many there are in the log.
        places: how sites are written.
    """

    lines: tuple[Line, ...]
    left_out: int
    records: int
    places: Places


def order(
    records: list[Record], *, primitives: Sequence[str] = (), threads: Sequence[str] = (), limit: int | None = None
) -> Order:
    """What happened, in order.

    Args:
        records: the whole log.
        primitives: only what was done with primitives of these names; none means with all.
        threads: only what was done by threads of these names; none means by all.
        limit: how many lines at most: the last.

    Raises:
        UserError: the log has no primitive or thread of such a name; the nearest names are given.
    """
    names = labels(record for record in records if record.kind != THREAD)
    wanted_primitives = _chosen("primitive", primitives, names)
    wanted_threads = _chosen("thread", threads, thread_names(records))
    of_primitives, of_threads = printed(names), printed(thread_names(records))
    chosen = [
        Line(
            record.seq,
            time,
            of_threads[record.thread_serial],
            record.op,
            (of_threads if record.kind == THREAD else of_primitives)[record.primitive_serial],
            record.held if record.waited is None else record.waited,
            record.site,
        )
        for record, time in zip(records, since(records), strict=True)
        if (not primitives or (record.kind != THREAD and record.primitive_serial in wanted_primitives))
        and (not threads or record.thread_serial in wanted_threads)
    ]
    kept = chosen if limit is None else chosen[-limit:]
    places = Places(record.site.file for record in records)
    return Order(tuple(kept), len(chosen) - len(kept), len(records), places)


def _chosen(what: str, asked: Sequence[str], names: dict[int, str]) -> set[int]:
    """Serials of those who are called so: by a name of their own, by one they share, or as either is printed."""
    by_name: dict[str, set[int]] = {}
    shown = printed(names)
    for serial, name in names.items():
        for known in (name, shown[serial]):
            shared, number, _ = known.rpartition("#")
            for each in (known, shared) if number else (known,):
                by_name.setdefault(each, set()).add(serial)
    chosen: set[int] = set()
    for name in asked:
        if name not in by_name:
            raise UserError(f"the log has no {what} {name!r}. {_nearest(what, name, list(shown.values()))}")
        chosen |= by_name[name]
    return chosen


def _nearest(what: str, name: str, known: list[str]) -> str:
    if not known:
        return f"It has no {what} at all."
    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(folded[each] for each in near)}?"
    return f"It has {', '.join(known[:5])}" + (f" and {len(known) - 5} more." if len(known) > 5 else ".")
