"""Happens-before over one trace, by vector clocks.

A clock maps each thread to how much of the trace it has seen: event ``i`` of thread ``q`` happens before an event with
clock ``c`` exactly when ``c[q] > i``.
"""

from __future__ import annotations

from sync_tools.words.operations import COMMUTING, Location, Op

Clock = list[int]


class HappensBefore:
    """The happens-before order of a trace under the dependence of its operations, built event by event.

    Attributes:
        clocks: one clock an event.
        before: for each event, its thread's clock just before it, without the edges of the event's own accesses.
        last: for each location, the latest event of each (thread, mode) since the last one that conflicts with all.
    """

    def __init__(self, threads: int) -> None:
        self.width = threads
        self.clocks: list[Clock] = []
        self.before: list[Clock] = []
        self.threads: list[Clock] = [[0] * threads for _ in range(threads)]
        self.last: dict[Location, dict[tuple[int, str], int]] = {}

    def predecessors(self, op: Op) -> list[int]:
        """The events so far that `op` depends on directly, latest of each kind."""
        found = []
        for location, mode in op.accesses:
            events = self.last.get(location)
            if events:
                for (_, mode_), index in events.items():
                    if mode_ + mode not in COMMUTING:
                        found.append(index)
        return found

    def add(self, op: Op, started: int | None) -> list[int]:
        """Append `op`; `started` is the thread that it starts, if it does. Returns its direct predecessors."""
        index = len(self.clocks)
        tid = op.tid
        before = self.threads[tid]
        clock = before[:]
        direct = self.predecessors(op)
        for earlier in direct:
            for thread, seen in enumerate(self.clocks[earlier]):
                if seen > clock[thread]:
                    clock[thread] = seen
        clock[tid] = index + 1
        self.before.append(before)
        self.clocks.append(clock)
        self.threads[tid] = clock
        if started is not None:
            self.threads[started] = clock[:]
        for location, mode in op.accesses:
            if mode in "WALT":  # conflicts with everything: what came before is behind it
                self.last[location] = {(tid, mode): index}
            else:
                self.last.setdefault(location, {})[(tid, mode)] = index
        return direct
