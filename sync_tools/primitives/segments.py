"""Segments: the parts of threads' lives that the start and the join of threads put in an order.

A thread's life is cut where it has started another thread or has seen another's end. What a thread did before it
started another happens before all that the other does; all that a thread did happens before what another does after
it joined it; nothing else is known to be in order. This is the segmentation graph of Bensalem and Havelund ("Dynamic
deadlock analysis of multi-threaded programs", HVC 2005). Locks, events and the like are left out of it on purpose: that
one thread came after another at a lock was luck, and the next run may have it the other way round.

While a log is read only the graph's arrows are kept, two or so a segment. Who comes before whom is worked out later,
and only for the segments that a suspected deadlock asks about: vector clocks kept all along would take a number for
each pair of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Segment:
    """A part of a thread's life.

    Attributes:
        number: its position in `order`; numbers grow in the order of the log, so whatever comes before has a lower one.
        order: for each segment of the log, those directly before it. It is one list for the whole log.
    """

    number: int
    order: list[tuple[int, ...]] = field(compare=False, repr=False)


class Segments:
    """Cuts threads' lives into segments while a log is read.

    A cut is made only where something was done on both sides of it: a thread that starts a thousand others in a row
    goes on in one new segment.
    """

    def __init__(self) -> None:
        self._order: list[tuple[int, ...]] = []
        self._now: dict[int, int] = {}  # thread -> its latest segment
        self._behind: dict[int, list[int]] = {}  # thread -> segments before what it does from now on
        # Threads whose latest segment comes before something of another thread: what they do next must not.
        self._closed: set[int] = set()

    def here(self, thread: int) -> Segment:
        """The segment in which `thread` (a serial) does something now."""
        if thread in self._closed or thread in self._behind or thread not in self._now:
            self._cut(thread)
        return Segment(self._now[thread], self._order)

    def started(self, thread: int, child: int) -> None:
        """`thread` is about to start `child`, which has done nothing yet."""
        self._now.pop(child, None)  # a log of several explored schedules has threads of the same number in each
        self._behind.pop(child, None)
        self._closed.discard(child)
        self._after(child, thread)

    def joined(self, thread: int, child: int) -> None:
        """`thread` has seen that `child` has ended."""
        self._after(thread, child)

    def _after(self, later: int, earlier: int) -> None:
        behind = self._behind.get(earlier, [])
        if len(behind) > 1 or (behind and earlier in self._now):
            self._cut(earlier)
        if earlier in self._now:
            self._closed.add(earlier)
            behind = [self._now[earlier]]
        # Of a thread that has done nothing itself only what came before it is passed on, if there is any.
        if behind:
            self._behind.setdefault(later, []).extend(behind)

    def _cut(self, thread: int) -> None:
        before = self._behind.pop(thread, [])
        if thread in self._now:
            before.append(self._now[thread])
        self._closed.discard(thread)
        self._now[thread] = len(self._order)
        self._order.append(tuple(dict.fromkeys(before)))


def ordered(order: Sequence[tuple[int, ...]], places: Sequence[int]) -> dict[int, int]:
    """Who cannot be at work at the same time.

    Args:
        order: for each segment, those directly before it.
        places: numbers of segments, in any order; one may stand there more than once.

    Returns:
        For each segment in `places` a set of positions in `places`, as the bits of an integer: those of the segments
        that come before or after it. Ten thousand threads make sets of ten thousand bits: a kilobyte each.
    """
    own: dict[int, int] = {}
    for position, number in enumerate(places):
        own[number] = own.get(number, 0) | 1 << position
    result: dict[int, int] = {}
    # Each segment's set is dropped once all that asks for it has been seen.
    asking = [0] * len(order)
    for before in order:
        for number in before:
            asking[number] += 1
    sets: list[int] = [0] * len(order)
    for number, before in enumerate(order):
        earlier = 0
        for other in before:
            earlier |= sets[other]
            asking[other] -= 1
            if not asking[other]:
                sets[other] = 0
        if number in own:
            result[number] = earlier
            earlier |= own[number]
        sets[number] = earlier if asking[number] else 0
    sets = [0] * len(order)
    for number in range(len(order) - 1, -1, -1):
        later = sets[number]
        sets[number] = 0
        if number in own:
            result[number] |= later
            later |= own[number]
        for other in order[number]:
            sets[other] |= later
    return result
