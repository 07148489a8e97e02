"""The lock-order graph: who takes which lock while holding which, and the deadlocks that this makes possible.

The criterion is Goodlock's (Havelund, SPIN 2000): a cycle of acquisitions by different threads that no common lock
keeps apart. It needs no unlucky run: every order that was seen counts, whenever it was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from sync_tools.primitives.record import EXCLUSIVE, Record
from sync_tools.words.failure import Site

MAX_SEARCH = 200_000  # steps of the search for cycles; a log that needs more has thousands of them


class Edge(NamedTuple):
    """A thread took `taken` while it held `held`.

    Attributes:
        held, taken: names of the locks (with "#2" and so on where several share a name).
        held_site: where it took the first one.
        taken_site: where it took the second one.
        thread: the thread's name.
        patient: False when it would have given up by itself, and so could not have been part of a deadlock.
        gates: names of the other locks that it held at that moment.
        thread_serial: tells threads of one name apart.
    """

    held: str
    taken: str
    held_site: Site
    taken_site: Site
    thread: str
    patient: bool
    gates: frozenset[str]
    thread_serial: int


class Cycle(NamedTuple):
    """A potential deadlock: each edge's thread holds one lock and asks for the next edge's.

    Attributes:
        locks: the locks in order; the last one's holder asks for the first.
        edges: for each lock, who held it and took the next, with both sites.
    """

    locks: tuple[str, ...]
    edges: tuple[Edge, ...]

    def __str__(self) -> str:
        lines = [f"potential deadlock: {' -> '.join((*self.locks, self.locks[0]))}"]
        for edge in self.edges:
            lines.append(
                f"  {edge.thread} held {edge.held} (taken at {edge.held_site.short()}) "
                f"and took {edge.taken} at {edge.taken_site.short()}"
            )
        return "\n".join(lines)


def labels(records: Iterable[Record]) -> dict[int, str]:
    """A name for each primitive, by its serial, that no other has: "lock", or "lock#1" and "lock#2"."""
    names: dict[int, str] = {}
    sharers: dict[str, list[int]] = {}
    for record in records:
        if record.primitive_serial not in names:
            names[record.primitive_serial] = record.primitive
            sharers.setdefault(record.primitive, []).append(record.primitive_serial)
    for name, serials in sharers.items():
        if len(serials) > 1:
            for number, serial in enumerate(serials, 1):
                names[serial] = f"{name}#{number}"
    return names


def edges(records: list[Record]) -> Iterator[Edge]:
    """All edges in the order in which they were first seen, each once."""
    names = labels(records)
    held: dict[int, dict[int, Record]] = {}  # thread -> lock -> its outermost acquisition
    holder: dict[int, int] = {}
    seen: set[Edge] = set()
    for record in records:
        lock, thread = record.primitive_serial, record.thread_serial
        if record.kind not in EXCLUSIVE:
            continue
        if record.op == "acquired":
            mine = held.setdefault(thread, {})
            if lock not in mine:
                for other, first in mine.items():
                    gates = frozenset(names[gate] for gate in mine if gate != other)
                    edge = Edge(
                        names[other], names[lock], first.site, record.site, record.thread, record.patient, gates, thread
                    )  # fmt: skip
                    if edge not in seen:
                        seen.add(edge)
                        yield edge
                held.get(holder.get(lock, thread), {}).pop(lock, None)
                mine[lock] = record
                holder[lock] = thread
        elif record.op == "released" and record.depth == 0 and (record.kind == "Lock" or holder.get(lock) == thread):
            # A plain lock may be released by another thread than its holder.
            held.get(holder.pop(lock, thread), {}).pop(lock, None)


def graph(found: Iterable[Edge]) -> dict[str, dict[str, tuple[Edge, ...]]]:
    """``graph[a][b]``: the edges by which `b` was taken while `a` was held."""
    result: dict[str, dict[str, tuple[Edge, ...]]] = {}
    for edge in found:
        targets = result.setdefault(edge.held, {})
        targets[edge.taken] = (*targets.get(edge.taken, ()), edge)
    return result


def cycles(found: Iterable[Edge]) -> list[Cycle]:
    """Potential deadlocks, the shortest first; each set of locks is named once.

    Not reported, because they cannot deadlock: cycles within one thread, cycles whose acquisitions all happen under a
    common lock (a gate), acquisitions that do not wait or give up after a time-out. The search ends after
    ``MAX_SEARCH`` steps; what it has found by then is returned.
    """
    order = graph(edge for edge in found if edge.patient)
    try:
        TopologicalSorter({lock: tuple(targets) for lock, targets in order.items()}).prepare()
        return []
    except CycleError:
        pass
    rank = {lock: number for number, lock in enumerate(order)}
    reported: dict[frozenset[str], Cycle] = {}
    steps = 0
    # Breadth first, from the cycle's first lock in order of appearance: the shortest come first.
    paths: list[tuple[Edge, ...]] = [
        (edge,) for targets in order.values() for alternatives in targets.values() for edge in alternatives
    ]
    while paths:
        longer: list[tuple[Edge, ...]] = []
        for path in paths:
            first, last = path[0], path[-1]
            for taken, alternatives in order.get(last.taken, {}).items():
                if taken not in rank or rank[taken] < rank[first.held]:
                    continue
                closes = taken == first.held
                if not closes and any(taken == edge.held for edge in path):
                    continue
                for edge in alternatives:
                    steps += 1
                    if steps > MAX_SEARCH:
                        return list(reported.values())
                    if not all(_at_once(edge, other) for other in path):
                        continue
                    if closes:
                        locks = tuple(step.held for step in (*path, edge))
                        reported.setdefault(frozenset(locks), Cycle(locks, (*path, edge)))
                    else:
                        longer.append((*path, edge))
        paths = longer
    return list(reported.values())


def _at_once(one: Edge, other: Edge) -> bool:
    """True when two threads can stand before these two acquisitions at the same time."""
    if one.thread_serial == other.thread_serial:
        return False
    return not ({one.held, *one.gates} & {other.held, *other.gates})
