"""Whether a schedule that ran past the step budget gets anywhere, or only goes on.

What a thread does in a loop that never ends looks just like what it does in a loop that is only long, but for what
decides the loop's end: a ``for`` comes nearer to it with each turn, and so does a ``while`` whose exits look at values
that were not there before. No rule can know this of every program. So nothing is proved here: where somebody gets on,
the schedule is called long, and only where nobody does a livelock.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

from sync_tools.words.loops import Loop, loop_at
from sync_tools.words.operations import Op

_PLAIN = (int, float, str, bytes, bool, type(None))


class Turning:
    """A loop that took turns while fairness was forced.

    Attributes:
        loop: what its text says.
        frame: the call that it belongs to.
        last: when it took its last turn, in steps of the schedule.
        new: when its exits last looked at a value that they had not seen before.
    """

    __slots__ = ("_seen", "frame", "last", "loop", "new")

    def __init__(self, loop: Loop, frame: FrameType) -> None:
        self.loop = loop
        self.frame = frame
        self.last = self.new = 0
        self._seen: set[Any] = set()

    def turn(self, now: int) -> None:
        """A turn begins."""
        self.last = now
        if self.loop.bounded:
            self.new = now
            return
        local = self.frame.f_locals
        for name in self.loop.names:
            value = local.get(name)
            if type(value) in _PLAIN:
                self._look(name, value, now)

    def read(self, op: Op, now: int) -> None:
        """An operation of the thread, which may stand in one of the exits."""
        if type(op.site) is int and any(first <= op.site < end for first, end in self.loop.spans):
            self._look(op.site, op.value, now)

    def _look(self, what: Any, value: Any, now: int) -> None:
        if (what, value) not in self._seen:
            self._seen.add((what, value))
            self.new = now


class Outlook:
    """The loops of each thread that took turns since fairness was forced.

    Args:
        began: how many steps there were then.
    """

    def __init__(self, began: int) -> None:
        self.began = began
        self._loops: dict[tuple[int, int], dict[tuple[int, int], Turning]] = {}

    @property
    def first(self) -> int | None:
        """The site of the outermost loop that turned, of the first thread that has one."""
        if not self._loops:
            return None
        return min(self._loops[min(self._loops)])[1]

    def note(self, tid: int, site: int, frame: FrameType, now: int) -> None:
        """A thread's loop begins a turn."""
        depth, above = 0, frame.f_back
        while above is not None:
            depth, above = depth + 1, above.f_back
        loop = loop_at(site)
        loops = self._loops.setdefault((tid, depth), {})
        key = (loop.depth, site)
        known = loops.get(key)
        if known is None or known.frame is not frame:
            known = loops[key] = Turning(loop, frame)
        known.turn(now)

    def get_on(self, now: int, trace: Sequence[Op] = ()) -> bool:
        """True when some thread's outermost loop came nearer to its end in the later half of the steps since then.

        Args:
            now: how many steps there are.
            trace: the steps, where they are known: then it is seen what shared state the loops' exits look at.
        """
        middle = (self.began + now) // 2
        outermost: dict[int, list[Turning]] = {}
        for (tid, _), loops in sorted(self._loops.items(), key=lambda item: item[0]):
            for _, turning in sorted(loops.items(), key=lambda item: item[0]):
                if turning.last >= middle:
                    first = outermost.setdefault(tid, [turning])[0]
                    if turning.frame is first.frame and turning.loop.depth == first.loop.depth:
                        outermost[tid].append(turning)
        for at, op in enumerate(trace[self.began :], self.began):
            for turning in outermost.get(op.tid, ()):
                turning.read(op, at)
        return any(turning.new >= middle for turnings in outermost.values() for turning in turnings)
