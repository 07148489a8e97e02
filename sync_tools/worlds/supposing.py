"""What a thread would do if its wait were over: found out by letting it, in a schedule that has ended.

A thread that waits for a signal waits for nobody in particular: who would give it stands in no lock and in no queue.
But the engine has the threads in its hand. So where nobody can go on any more, one of them is let go as if it had got
what it waits for, alone, up to its next wait. Whose waits are over then, has waited for it.

Nothing of it is kept but the answer. What the program's own objects have become stays; the schedule is over, and they
are not looked at any more.
"""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from sync_tools.kernel.thread import VirtualThread
from sync_tools.words.errors import Unwind

MOST_STEPS = 1_000
MOST_TIMES = 10  # that the thread is given the same again

_KEPT = ("stopped", "stopped_site", "clock", "turns", "running", "exiting", "free", "fault", "outlook")
_LISTS = ("trace", "errors", "holdings", "departures", "waited_out", "kept")


def supposing(world: Any, thread: VirtualThread) -> set[int]:
    """The threads whose waits would be over, were that of `thread`; its own among them, if it would end it itself.

    Args:
        world: an explored world in which nobody can go on, before anything is unwound.
        thread: one that waits.
    """
    waits = {each.tid: each.pending.ready for each in world.threads if not each.done and each.pending is not None}
    over = {tid for tid, ready in waits.items() if ready is not None and ready()}
    kept = {name: getattr(world, name) for name in _KEPT}
    lengths = {name: len(getattr(world, name)) for name in _LISTS}
    children, state = dict(world.children), dict(vars(thread))
    op = thread.pending
    assert op is not None
    ready, held, status = op.ready, op.held, thread.face.__dict__["_sl_state"].status
    world.stopped, world.supposed, world.free = "", thread, 0
    world.limit = len(world.trace) + MOST_STEPS
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            for _ in range(MOST_TIMES):
                waits_again = thread.pending
                if thread.done or waits_again is None or not _same_wait(waits_again, op):
                    break
                waits_again.ready = waits_again.held = None
                world.running = thread
                thread.carrier.switch()
    except Unwind:
        pass
    finally:
        world.supposed = None
        for name, value in kept.items():
            setattr(world, name, value)
        for name, length in lengths.items():
            del getattr(world, name)[length:]
        world.children.clear()
        world.children.update(children)
        vars(thread).clear()
        vars(thread).update(state)
        op.ready, op.held = ready, held
        thread.face.__dict__["_sl_state"].status = status
    return {tid for tid, ready in waits.items() if ready is not None and ready()} - over


def _same_wait(one: Any, other: Any) -> bool:
    return one is other or (one.kind == other.kind and one.target is other.target and not _may_go_on(one))


def _may_go_on(op: Any) -> bool:
    return op.ready is None or bool(op.ready())
