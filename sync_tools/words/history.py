"""What happened before what, in one schedule: built event by event, and cut back where the next schedule departs.

Two orders are kept. *Happens-before* under the dependence of operations is what makes two schedules equivalent
(Mazurkiewicz, "Trace theory", 1987). *Synchronization order* has only the edges that synchronization makes; two
conflicting accesses that it does not order are a data race (Flanagan & Freund, "FastTrack", PLDI 2009).

The set of events that happen before an event is one integer, bit i for event i. That says the same as a vector clock;
joining two is one instruction on machine words, and asking "does i happen before j" another.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync_tools.words.operations import CLASHES, READING, SYNC, TOTAL, Location, Op

# Operations that only pass something on to others, or only learn from them; all others do both.
_ONLY_GIVE = frozenset({"set", "up", "notify", "notify_all"})
_ONLY_TAKE = frozenset({"down"})
_WITHIN_A_MUTEX = frozenset({"put", "get", "task_done", "qsize", "empty", "full"})  # of a queue: its own, for a moment
_NO_DATA = frozenset({"sleep", "clock", "spin"})
_PLAIN = frozenset({"read", "write", "delete"})


# One event in the history of a location: its index, what it did to the location, and the set of events that whoever
# synchronizes with the location from then on learns of.
Entry = tuple[int, str, int]


class History:
    """The events of a path, and their orders.

    Locations are known by number, in order of first appearance, so they are the same in two schedules for as long as
    those have done the same.

    Attributes:
        tids: the thread of each event.
        before: for each event the set of events that happen before it, itself included.
        bases: the same without what its own conflicts bring.
        touched: for each event its accesses, with numbers for locations.
        entries: for each location its events. Invariant: in order, and one entry an access of ``touched``.
        latest: for each thread its events.
        starts: for each thread the event that started it, or -1.
        numbers: the number of each location, by the objects of the schedule that is being looked at.
        unordered: pairs of events with a data race, found since the last :meth:`meet`.
    """

    def __init__(self) -> None:
        self.tids: list[int] = []
        self.before: list[int] = []
        self.bases: list[int] = []
        self.touched: list[list[tuple[int, str]]] = []
        self.entries: list[list[Entry]] = []
        self.latest: list[list[int]] = []
        self.starts: list[int] = []
        self.numbers: dict[Location, int] = {}
        self.unordered: list[tuple[int, int]] = []
        self._known: list[int] = []  # for each event what its thread has synchronized with, itself included

    def __len__(self) -> int:
        return len(self.before)

    def cut(self, length: int) -> None:
        """Forget all events from `length` on."""
        if length == len(self.before):
            return
        entries, latest, starts = self.entries, self.latest, self.starts
        for touched in self.touched[length:]:
            for place, _ in touched:
                entries[place].pop()
        for tid in self.tids[length:]:
            latest[tid].pop()
        # Places and threads are numbered in order of appearance: those that are not known any more stand at the end.
        while entries and not entries[-1]:
            entries.pop()
        while latest and not latest[-1] and not 0 <= starts[-1] < length:
            latest.pop()
            starts.pop()
        if self.numbers:
            places = len(entries)
            self.numbers = {location: place for location, place in self.numbers.items() if place < places}
        del self.tids[length:], self.before[length:], self.bases[length:], self.touched[length:], self._known[length:]

    def meet(self, trace: Sequence[Op]) -> None:
        """Learn by which objects a new schedule knows the locations of the events that stand."""
        numbers = self.numbers = {}
        self.unordered.clear()
        for op, touched in zip(trace, self.touched, strict=False):
            accesses = op.accesses
            if len(touched) == 1:
                numbers[accesses[0][0]] = touched[0][0]
            else:
                for (location, _), (place, _) in zip(accesses, touched, strict=False):
                    numbers[location] = place

    def add(self, op: Op, trace: Sequence[Op], started: int | None = None) -> list[int]:
        """Append an event.

        Args:
            op: the operation.
            trace: all operations so far, for the kinds of earlier ones.
            started: the thread that it starts, if it does.

        Returns:
            The events that it conflicts with, for all that is otherwise known of their order.
        """
        before, entries, latest, numbers = self.before, self.entries, self.latest, self.numbers
        index = len(before)
        tid = op.tid
        if tid >= len(latest):
            self._meet_thread(tid)
        own = latest[tid]
        previous = own[-1] if own else self.starts[tid]
        base, known = (before[previous], self._known[previous]) if previous >= 0 else (0, 0)
        kind = op.kind
        data = op.site.__class__ is int and op.ready is None and kind not in _NO_DATA
        takes = not data and op.succeeded and kind not in _ONLY_GIVE
        touched: list[tuple[int, str]] = []
        direct: list[int] = []
        for location, mode in op.accesses:
            place = numbers.get(location)
            if place is None:
                place = numbers[location] = len(entries)
                entries.append([])
                touched.append((place, mode))
                continue
            touched.append((place, mode))
            past = entries[place]
            if takes and past and mode != "L" and location[1] == SYNC:
                known |= past[-1][2]
            clash = CLASHES[mode]
            for at, mode_, _ in reversed(past):
                if mode_ in clash:
                    if not base >> at & 1:
                        if mode == "G":
                            base |= before[at]
                        else:
                            direct.append(at)
                    if data and not known >> at & 1 and _race(op, mode, trace[at], mode_):
                        self.unordered.append((at, index))
                    if mode_ in TOTAL:
                        break
                elif mode_ == mode and data and trace[at].tid == tid and trace[at].site == op.site:
                    break  # this very line has met all that lies further back
        bit = 1 << index
        mask = base | bit
        for at in direct:
            mask |= before[at]
        known |= bit
        if data:  # nobody learns of anything by it
            for place, mode in touched:
                entries[place].append((index, mode, 0))
        else:
            giving = "" if kind in _ONLY_TAKE else "WLSR" if kind in _WITHIN_A_MUTEX else "WLS"
            for place, mode in touched:
                past = entries[place]
                given = past[-1][2] if past else 0
                past.append((index, mode, given | known if mode in giving else given))
        own.append(index)
        self.tids.append(tid)
        before.append(mask)
        self.bases.append(base)
        self._known.append(known)
        self.touched.append(touched)
        if started is not None:
            if started >= len(latest):
                self._meet_thread(started)
            self.starts[started] = index
        return direct

    def known(self, event: int) -> int:
        """The set of events that synchronization orders before an event, itself included."""
        return self._known[event]

    def _meet_thread(self, tid: int) -> None:
        while tid >= len(self.latest):
            self.latest.append([])
            self.starts.append(-1)


def _race(op: Op, mode: str, other: Op, mode_: str) -> bool:
    """Two conflicting accesses race, but for two changes by methods of one built-in container.

    Each of those is whole by the language's promise, and which comes first is the program's own affair.
    """
    if mode == mode_ == "i":
        return False  # two new keys: the same key would be a conflict of its own
    if other.tid == op.tid or other.site.__class__ is not int or other.kind in _NO_DATA:
        return False
    return mode in READING or mode_ in READING or op.kind in _PLAIN or other.kind in _PLAIN
