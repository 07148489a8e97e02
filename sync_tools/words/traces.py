"""Which beginnings of schedules are the same: those that differ only in the order of operations that commute.

Such beginnings are one *trace* (Mazurkiewicz, "Trace theory", 1987). An event stands for an operation and all that
happened before it, as in an event structure (Nielsen, Plotkin & Winskel, "Petri nets, event structures and domains",
1981), so a trace is told by the last event of each thread.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

from sync_tools.words.history import History
from sync_tools.words.operations import Op

# For each thread the number of its last event, or 0. Equal where two beginnings are the same trace, and only there;
# numbers from two different `Numbers` say nothing to each other.
Trace = tuple[int, ...]


class Numbers:
    """Gives a number to whatever it is asked about: the same one whenever it is asked again."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, what: Hashable) -> int:
        """The number of this; never 0."""
        return self._known.setdefault(what, len(self._known) + 1)


class _Event(NamedTuple):
    """One event by two numbers: what it is, and what it is and looks like."""

    bare: int
    labelled: int


_NONE = _Event(0, 0)


class Growing:
    """The trace of a schedule that is being run.

    Args:
        numbers: shared by the schedules that are to be compared.
        label: what an operation looks like. It should follow from what happened before it, and mostly does.
    """

    def __init__(self, numbers: Numbers, label: Callable[[Op], Hashable] = lambda op: None) -> None:
        self._numbers = numbers
        self._label = label
        self._history = History()
        self._events: list[list[_Event]] = []  # of each thread
        self._masks: list[int] = []  # for each thread the set of its events
        self._end = _NONE  # with which thread 0 ended
        self._told = False  # whether another thread's events come after that one

    def grow(self, operations: Sequence[Op], children: Mapping[int, int]) -> None:
        """Take in what has been done since.

        Args:
            operations: all of the schedule so far; never fewer than before.
            children: which thread was started by which of them.
        """
        for index in range(len(self._history), len(operations)):
            op, started = operations[index], children.get(index, 0)
            self._history.add(op, operations, started or None)
            while len(self._masks) <= max(op.tid, started):
                self._masks.append(0)
                self._events.append([])
            before = self._history.before[index] & ~(1 << index)
            counts = [(before & mask).bit_count() for mask in self._masks]
            # The last event of each thread that happened before; those before these are told by them.
            past = [events[n - 1] if n else _NONE for events, n in zip(self._events, counts, strict=True)]
            while past and past[-1] is _NONE:
                past.pop()  # of a thread that may not have been there
            event = _Event(
                self._numbers.of((op.tid, *[each.bare for each in past])),
                self._numbers.of((op.tid, self._label(op), *[each.labelled for each in past])),
            )
            self._masks[op.tid] |= 1 << index
            self._events[op.tid].append(event)
            self._told = self._told or (self._end is not _NONE and past[:1] == [self._end])
            if op.tid == 0 and op.kind == "end":
                self._end = event

    def labelled(self) -> Trace:
        """The trace of what was taken in; two of those differ, too, where they do not look the same."""
        return tuple(events[-1].labelled if events else 0 for events in self._events)

    def counted(self) -> Trace:
        """The trace, as far as it counts as a class of schedules.

        That thread 0 ends is an operation if another thread still lives. Whether one does is nothing that the two have
        in common, so where nobody learns of it this makes no class of its own.
        """
        trace = [events[-1].bare if events else 0 for events in self._events]
        if self._end is not _NONE and not self._told:
            trace[0] = self._events[0][-2].bare if len(self._events[0]) > 1 else 0
        return tuple(trace)
