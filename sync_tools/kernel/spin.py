"""Spin-waits: a loop turn that changes nothing and reads the same values waits, in effect, for a write to what it read.

The thread is parked until such a write comes (the *spin-assume* rule), which keeps the space of schedules finite and
the answer complete modulo such turns. A turn that takes and gives back a lock, sleeps, or times out, and changes
nothing, is pure too. A loop that changes a local variable each turn is not, and runs to the step budget.

A thread that holds a lock at the top of its loop and gives it back inside (a condition's wait with a time-out) must not
be parked at the top, where the others could never come in. It is held at its first operation without the lock.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType
from typing import Any

from sync_tools.kernel.kernel import CLOCK, FIRST_LEAP, Kernel
from sync_tools.kernel.thread import VirtualThread
from sync_tools.words.operations import READING, SYNC, Location, Op


class LoopTurn:
    """What was true when a loop's turn began."""

    __slots__ = ("depth", "effects", "frame", "leap", "local", "ops", "start")

    def __init__(self, kernel: Kernel, frame: FrameType, leap: float) -> None:
        thread = kernel.running
        self.frame = frame  # itself: another call's frame may have the same id later
        self.ops = thread.ops
        self.effects = thread.effects
        self.depth = thread.depth
        self.start = len(kernel.trace)
        self.leap = leap
        self.local = dict(frame.f_locals)

    def same_locals(self, frame: FrameType) -> bool:
        """True when every local variable is the same object as when the turn began."""
        now = frame.f_locals
        if len(now) != len(self.local):
            return False
        missing = object()
        # Small values are made anew each turn (a float from the clock), so equal plain values count as the same.
        return all(
            value is now.get(name, missing)
            or (type(value) in (int, float, str, bool) and value == now.get(name, missing))
            for name, value in self.local.items()
            if not name.startswith("_sl_")
        )


class Change:
    """Whether something that a spin-wait reads has changed since its turn began.

    Attributes:
        looked: how far the trace was looked at. Invariant: up to there nothing had changed, or `found` is True.
    """

    __slots__ = ("found", "looked", "reads", "trace")

    def __init__(self, kernel: Kernel, start: int, reads: dict[Location, None]) -> None:
        self.trace = kernel.trace
        self.looked = start
        self.reads = reads
        self.found = False

    def seen(self) -> bool:
        """The guard of going on."""
        trace, reads = self.trace, self.reads
        while not self.found and self.looked < len(trace):
            op = trace[self.looked]
            self.looked += 1
            if op.succeeded:
                # A condition's wait only queues up: no loop can see that, and it is gone again when it times out.
                for location, mode in op.accesses[1:] if op.kind == "wait" else op.accesses:
                    if mode not in READING and location in reads:
                        self.found = True
        return self.found


class Hold:
    """A spin-wait that holds an operation of the loop's next turn until what the turn before read has changed.

    As long as nothing of that changes, the next turn does what this one did, so the operation is known by its place.

    Args:
        at: which of the thread's operations it is, counted as ``Op.count``.
        kind: what it will be.
        reads: the locations that the turn read.
        changed: True once one of them was written.
    """

    __slots__ = ("at", "changed", "kind", "reads")

    def __init__(self, at: int, kind: str, reads: dict[Location, None], changed: Callable[[], bool]) -> None:
        self.at = at
        self.kind = kind
        self.reads = reads
        self.changed = changed

    def meet(self, thread: VirtualThread, op: Op) -> None:
        """The thread is about to stand before `op`."""
        if op.count < self.at:
            return
        thread.hold = None
        if op.count == self.at and op.kind == self.kind:
            op.held = self.changed
            known = {location for location, _ in op.accesses}
            op.accesses = (*op.accesses, *((location, "R") for location in self.reads if location not in known))


def turn(kernel: Kernel, site: int, frame: FrameType) -> None:
    """A loop's turn begins. Parks the thread when the turn before was a pure spin."""
    thread = kernel.running
    before: Any = thread.loops.get(site)
    if before is not None and before.frame is frame:
        if before.ops == thread.ops:
            Kernel.count_turn(kernel, site)
            return
        leap = FIRST_LEAP
        if before.effects == thread.effects and before.depth == thread.depth and before.same_locals(frame):
            leap = _park(kernel, before, site)
        thread.loops[site] = LoopTurn(kernel, frame, leap)
    else:
        thread.loops[site] = LoopTurn(kernel, frame, FIRST_LEAP)
        Kernel.count_turn(kernel, site)


def _park(kernel: Kernel, before: LoopTurn, site: int) -> float:
    thread = kernel.running
    mine = [op for op in kernel.trace[before.start :] if op.tid == thread.tid]
    reads: dict[Location, None] = {}  # in the order of the loop: a set's would differ from run to run
    for op in mine:
        for location, mode in op.accesses:
            if mode in READING or not (op.succeeded or location == CLOCK):
                reads[location] = None
    leap = before.leap
    if CLOCK in reads:
        # It polls the clock: any delay may have passed, so let more and more of it pass.
        op = Op("spin", kernel, tuple((location, "R") for location in reads), lambda: False, kernel.clock + leap, site)
        kernel.point(op)
        kernel.pass_time(kernel.clock + leap)
        return leap * 2
    if kernel.exact and any(op.deadline is not None for op in mine):
        return leap  # each turn takes time, which is what exact time is there to measure

    changed = Change(kernel, before.start, reads).seen

    gap = _first_without_the_lock(mine, before.depth)
    if gap is not None:
        thread.hold = Hold(thread.ops + gap.count - before.ops, gap.kind, reads, changed)
        return leap
    kernel.point(Op("spin", kernel, tuple((location, "R") for location in reads), changed, site=site))
    return leap


def _first_without_the_lock(turn: list[Op], depth: int) -> Op | None:
    """The first synchronization of a turn before which the thread held fewer locks than at the top of its loop."""
    holds = depth
    for op in turn:
        if holds < depth and (op.deadline is not None or op.accesses[0][0][1] == SYNC):
            return op
        for _, mode in op.accesses:
            if mode == "L":
                holds -= 1
            elif mode == "A" or (mode == "T" and op.succeeded):
                holds += 1
    return None
