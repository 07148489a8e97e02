"""The lock-order graph: who takes which lock while holding which, and the deadlocks that this makes possible.

The criterion is Goodlock's (Havelund, "Using runtime analysis to guide model checking of Java programs", SPIN 2000): a
cycle of acquisitions by different threads that no common lock keeps apart. It needs no unlucky run: every order that
was seen counts, whenever it was seen. Of a log that has the start and the join of threads, acquisitions that these put
in an order are kept apart, too (Bensalem and Havelund, HVC 2005; see :mod:`sync_tools.primitives.segments`).

In the graph are ``Lock``, ``RLock`` and the lock of a ``Condition``, however they are taken: by ``acquire``, by a
``with`` statement, or by a thread that wakes in ``Condition.wait`` and takes up again the lock that it had put down.
Not in it are the re-entry of an ``RLock``, which waits for nobody, and semaphores, also those of one permit that serve
as locks, for whoever releases a permit need not be the one who took it.

Each reported cycle has the orders of a deadlock. Whether the program can come to stand in all of them at once also
depends on locks that are not held any more at that point, or by other threads (a thread that holds a lock while it
starts and joins another keeps that other one's orders apart from all who need the lock); those are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from sync_tools.primitives.cycle_search import Arrow, compatible_cycles, on_cycles
from sync_tools.primitives.record import ENDINGS, EXCLUSIVE, Record
from sync_tools.primitives.segments import Segment, Segments, ordered
from sync_tools.words.failure import Site

MAX_SEARCH = 200_000  # steps of the search for cycles; a log that needs more has thousands of them


class Edge(NamedTuple):
    """A thread took `taken`, or stood before it, while it held `held`.

    Attributes:
        held, taken: names of the locks (with "#2" and so on where several share a name).
        held_site: where it took the first one.
        taken_site: where it took, or asked for, the second one.
        thread: the thread's name.
        patient: False when it would have given up by itself, and so could not have been part of a deadlock.
        gates: names of the other locks that it held at that moment.
        thread_serial: tells threads of one name apart.
        got: False when it did not get the lock: the log ends first, or an exception ended the wait.
        segment: when in its thread's life, as far as starts and joins of threads tell.
    """

    held: str
    taken: str
    held_site: Site
    taken_site: Site
    thread: str
    patient: bool
    gates: frozenset[str]
    thread_serial: int
    got: bool
    segment: Segment


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
            verb = "took" if edge.got else "did not get"
            lines.append(
                f"  {edge.thread} held {edge.held} (taken at {edge.held_site.short()}) "
                f"and {verb} {edge.taken} at {edge.taken_site.short()}"
            )
        return "\n".join(lines)


def labels(records: Iterable[Record]) -> dict[int, str]:
    """A name for each primitive, by its serial, that no other has: "lock", or "lock#1" and "lock#2".

    Threads that were started, joined or seen to end have such names, too, but are told apart only from each other.
    """
    names: dict[int, str] = {}
    sharers: dict[tuple[str, bool], list[int]] = {}
    for record in records:
        if record.primitive_serial not in names:
            names[record.primitive_serial] = record.primitive
            key = (record.primitive, record.kind == "Thread")
            sharers.setdefault(key, []).append(record.primitive_serial)
    for (name, _), serials in sharers.items():
        if len(serials) > 1:
            for number, serial in enumerate(serials, 1):
                names[serial] = f"{name}#{number}"
    return names


class _Reader:
    """Follows who holds what, and who stands before what."""

    def __init__(self, names: dict[int, str]) -> None:
        self.names = names
        self.segments = Segments()
        self.held: dict[int, dict[int, Record]] = {}  # thread -> lock -> its outermost acquisition
        self.holder: dict[int, int] = {}
        self.asked: dict[int, dict[int, Record]] = {}  # thread -> lock -> where it asked for what it has not got yet
        self.waiting: set[int] = set()  # threads whose latest record begins a condition's wait

    def read(self, record: Record) -> Iterator[Edge]:
        """The edges that `record` adds to the graph."""
        op, lock, thread = record.op, record.primitive_serial, record.thread_serial
        if record.kind == "Thread":
            if op == "start":
                # In a log of several explored schedules the threads of each have the same numbers.
                yield from self.over(lock)
                self.segments.started(thread, lock)
            elif op == "joined":
                self.segments.joined(thread, lock)
        elif record.kind not in EXCLUSIVE:
            return
        elif op == "request":
            self.asked.setdefault(thread, {})[lock] = record
        elif op == "acquired":
            self.asked.get(thread, {}).pop(lock, None)
            if lock not in self.held.get(thread, ()):
                yield from self.edges(record)
                self.held.get(self.holder.get(lock, thread), {}).pop(lock, None)
                self.held.setdefault(thread, {})[lock] = record
                self.holder[lock] = thread
        elif op == "released":
            # A plain lock may be released by another thread than its holder.
            if record.depth == 0 and (record.kind == "Lock" or self.holder.get(lock) == thread):
                self.held.get(self.holder.pop(lock, thread), {}).pop(lock, None)
            if thread in self.waiting:  # it will want this lock back, and that is the only sign of it until it has it
                self.asked.setdefault(thread, {})[lock] = record
        elif op in ENDINGS and lock in self.asked.get(thread, ()) and self.asked[thread][lock].op == "request":
            asked = self.asked[thread].pop(lock)
            if op == "interrupted" and record.patient:
                yield from self.in_vain(asked)
        if op == "wait":
            self.waiting.add(thread)
        else:
            self.waiting.discard(thread)

    def edges(self, record: Record, got: bool = True) -> Iterator[Edge]:
        """The edges of an acquisition, or of an attempt at one that has come to its end.

        They belong to the segment in which the attempt ends. A deadlock is a state in which each thread stands before
        its lock, from the request on; but from then until it has the lock a thread does nothing of its own, so both
        ends lie in one segment. (A signal handler may run in between: what it starts runs beside the attempt, and
        must not be taken for something that comes after it.) Likewise, a lock that somebody else released for the
        thread meanwhile is not one that it holds.
        """
        names, thread = self.names, record.thread_serial
        mine = self.held.get(thread, {})
        for other, first in mine.items():
            yield Edge(
                names[other], names[record.primitive_serial], first.site, record.site, record.thread, record.patient,
                frozenset(names[gate] for gate in mine if gate != other), thread, got, self.segments.here(thread),
            )  # fmt: skip

    def in_vain(self, asked: Record) -> Iterator[Edge]:
        """The edges of an attempt that did not get the lock although it would have waited for ever."""
        again = asked.primitive_serial in self.held.get(asked.thread_serial, ())
        if asked.patient and (asked.kind == "Lock" or not again):
            yield from self.edges(asked, got=False)

    def over(self, thread: int) -> Iterator[Edge]:
        """Nothing more comes from `thread`: the edges of what it asked for to the end."""
        for asked in self.asked.pop(thread, {}).values():
            yield from self.in_vain(asked)
        for lock in self.held.pop(thread, ()):
            self.holder.pop(lock, None)


def edges(records: list[Record]) -> Iterator[Edge]:
    """All edges in the order in which they were first seen.

    Each comes once in each segment of its thread's life: a thread that goes round and round without starting or joining
    another adds its edges once. An attempt that was still under way at the end of the log (it may have been a deadlock)
    comes last.
    """
    reader = _Reader(labels(records))
    seen: set[Edge] = set()
    for edge in chain.from_iterable(map(reader.read, records)):
        if edge not in seen:
            seen.add(edge)
            yield edge
    for edge in chain.from_iterable(map(reader.over, list(reader.asked))):
        if edge not in seen:
            seen.add(edge)
            yield edge


def graph(found: Iterable[Edge]) -> dict[str, dict[str, tuple[Edge, ...]]]:
    """``graph[a][b]``: the edges by which `b` was taken while `a` was held, each once."""
    result: dict[str, dict[str, dict[tuple[object, ...], Edge]]] = {}
    for edge in found:
        # All but the segment: to somebody who reads the graph it is the same edge.
        result.setdefault(edge.held, {}).setdefault(edge.taken, {}).setdefault(edge[:-1], edge)
    return {
        held: {taken: tuple(alternatives.values()) for taken, alternatives in targets.items()}
        for held, targets in result.items()
    }


def cycles(found: Iterable[Edge]) -> list[Cycle]:
    """Potential deadlocks, the shortest first; each set of locks is named once.

    Not reported, because they cannot deadlock: cycles within one thread, cycles of which two acquisitions happen under
    a common lock (a gate) or in an order that the start or the join of a thread gives, and acquisitions that do not
    wait or give up after a time-out. A thread that stands before a plain lock that it holds itself is a cycle of one.
    The search ends after ``MAX_SEARCH`` steps; what it has found by then is returned.

    Args:
        found: the edges of one log.
    """
    patient = [edge for edge in found if edge.patient]
    alone = {edge.held: Cycle((edge.held,), (edge,)) for edge in reversed(patient) if edge.held == edge.taken}
    core = on_cycles({(edge.held, edge.taken) for edge in patient})
    suspects = [edge for edge in patient if edge.held != edge.taken and {edge.held, edge.taken} <= core]
    # An attempt that got nothing comes before the lucky ones: of a run that did deadlock, the deadlock is shown.
    suspects.sort(key=lambda edge: edge.got)
    stands = dict.fromkeys(map(_Stand.of, suspects))
    places = {stand: place for place, stand in enumerate(stands)}
    step_of: dict[Arrow, Edge] = {}
    for edge in suspects:
        step_of.setdefault((edge.held, edge.taken, places[_Stand.of(edge)]), edge)
    circles = compatible_cycles(step_of, _exclusion(list(stands)), MAX_SEARCH)
    return [
        *alone.values(),
        *(Cycle(tuple(arrow[0] for arrow in circle), tuple(step_of[arrow] for arrow in circle)) for circle in circles),
    ]


class _Stand(NamedTuple):
    """A thread stands before a lock and holds others: one edge for each of these."""

    thread: int
    segment: Segment
    locks: frozenset[str]

    @classmethod
    def of(cls, edge: Edge) -> _Stand:
        return cls(edge.thread_serial, edge.segment, edge.gates | {edge.held})


def _exclusion(stands: list[_Stand]) -> Callable[[int], int]:
    """For the number of a stand, those at which no thread can be meanwhile, as the bits of an integer."""
    apart = ordered(stands[0].segment.order, [stand.segment.number for stand in stands]) if stands else {}
    of_thread: dict[int, int] = {}
    under: dict[str, int] = {}  # lock -> the stands at which it is held
    for number, stand in enumerate(stands):
        of_thread[stand.thread] = of_thread.get(stand.thread, 0) | 1 << number
        for lock in stand.locks:
            under[lock] = under.get(lock, 0) | 1 << number

    def against(number: int) -> int:
        stand = stands[number]
        excluded = apart[stand.segment.number] | of_thread[stand.thread]
        for lock in stand.locks:
            excluded |= under[lock]
        return excluded

    return against
