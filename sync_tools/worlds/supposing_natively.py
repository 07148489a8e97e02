"""What an OS thread would do if its wait were over: see :mod:`sync_tools.worlds.supposing`."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from sync_tools.models.locks import RealLock
from sync_tools.words.errors import Unwind
from sync_tools.worlds.native_threads import Parked

MOST_STEPS = 1_000
MOST_TIMES = 10  # that the thread is given the same again
MOST_SECONDS = 10.0  # a safety net: it may be in a real call


class Supposing:
    """One thread goes on by itself, in a round in which all wait.

    Args:
        world: the native world, before anybody's wait was cancelled.
    """

    def __init__(self, world: Any) -> None:
        self.most = world.steps + MOST_STEPS
        self.settled = RealLock()  # released when the thread waits again, or has ended
        self.settled.acquire()

    def settle(self) -> None:
        """Under the monitor: the thread waits, or has ended."""
        if self.settled.locked():
            self.settled.release()

    def step(self, world: Any) -> None:
        """Count a step of the thread: what goes on and on is left."""
        if world.steps > self.most:
            raise Unwind

    def go_on(self, world: Any, parked: Parked) -> bool:
        """Let a thread go on as if it had got what it waits for; False where it does not come back."""
        with world.monitor:
            world.alone = self
            parked.ready = _always
            parked.signalled = True
            parked.lock.release()
        return self.settled.acquire(timeout=MOST_SECONDS)


def _always() -> bool:
    return True


def supposing_natively(world: Any, tid: int) -> set[int]:
    """The threads whose waits would be over, were that of a thread; its own among them, if it would end it itself."""
    waits = {parked.thread.tid: parked.ready for parked in world.parked}
    over = {other for other, ready in waits.items() if ready()}
    first = next(parked for parked in world.parked if parked.thread.tid == tid)
    supposing = Supposing(world)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for _ in range(MOST_TIMES):
            again = next((parked for parked in world.parked if parked.thread.tid == tid), None)
            if again is None or (again.kind, again.target) != (first.kind, first.target):
                break
            if (again is not first and again.ready()) or not supposing.go_on(world, again):
                break
    # The world is left as it is, with all others held where they are: what is true now was none of the round.
    with world.monitor:
        return {other for other, ready in waits.items() if ready()} - over
