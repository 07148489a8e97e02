"""Spin-waits: a loop turn that changes nothing and reads the same values waits, in effect, for a write to what it read.

The thread is parked until such a write comes (the *spin-assume* rule), which keeps the space of schedules finite and
the answer complete modulo such turns. A turn that takes and gives back a lock, sleeps, or times out, and changes
nothing, is pure too. A loop that changes a local variable each turn is not, and runs to the step budget.
"""

from __future__ import annotations

from types import FrameType
from typing import Any

from sync_tools.kernel.kernel import CLOCK, FIRST_LEAP, Kernel
from sync_tools.words.operations import READING, Op


class LoopTurn:
    """What was true when a loop's turn began."""

    __slots__ = ("depth", "effects", "frame", "leap", "local", "ops", "start")

    def __init__(self, kernel: Kernel, frame: FrameType, leap: float) -> None:
        thread = kernel.running
        self.frame = id(frame)
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


def turn(kernel: Kernel, site: int, frame: FrameType) -> None:
    """A loop's turn begins. Parks the thread when the turn before was a pure spin."""
    thread = kernel.running
    before: Any = thread.loops.get(site)
    if before is not None and before.frame == id(frame):
        if before.ops == thread.ops:
            kernel.count_turn(site)
            return
        leap = FIRST_LEAP
        if before.effects == thread.effects and before.depth == thread.depth and before.same_locals(frame):
            leap = _park(kernel, before, site)
        thread.loops[site] = LoopTurn(kernel, frame, leap)
    else:
        thread.loops[site] = LoopTurn(kernel, frame, FIRST_LEAP)
        kernel.count_turn(site)


def _park(kernel: Kernel, before: LoopTurn, site: int) -> float:
    tid = kernel.running.tid
    reads = set()
    for op in kernel.trace[before.start :]:
        if op.tid == tid:
            for location, mode in op.accesses:
                if mode in READING or not op.succeeded:
                    reads.add(location)
    start = before.start
    stamps = kernel.stamps
    leap = before.leap
    if CLOCK in reads:
        # It polls the clock: any delay may have passed, so let more and more of it pass.
        op = Op("spin", kernel, tuple((location, "R") for location in reads), lambda: False, kernel.clock + leap, site)
        kernel.point(op)
        kernel.pass_time(kernel.clock + leap)
        return leap * 2
    op = Op(
        "spin",
        kernel,
        tuple((location, "R") for location in reads),
        lambda: any(stamps.get(location, -1) > start for location in reads),
        site=site,
    )
    kernel.point(op)
    return leap
