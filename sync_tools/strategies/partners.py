"""Which earlier events an operation races with: those that it could have come before.

For an operation that never waits these are the conflicting events that nothing else orders. For one that waits, what
counts is whether its guard held before them:

* A mutex is free before whoever took it, and taken before whoever gave it back.
* Objects that count (semaphores, queues, barriers) keep what they were like before each operation, and the guard is
  asked about that. All that changes such an object conflicts, so nothing else that is left out could matter.
* Where the guard depends on several objects it cannot be judged: then any conflicting event may be a partner.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync_tools.words.history import History
from sync_tools.words.operations import CLASHES, TOTAL, Op

_NEVER, _MAYBE, _SURELY = range(3)


def partners(
    history: History, trace: Sequence[Op], op: Op, index: int, base: int, direct: list[int]
) -> list[int]:
    """The events that `op` could have come before, and that no other partner comes between.

    Args:
        history: of the schedule, up to `op` and no further.
        trace: the schedule.
        op: the operation, which is event `index`.
        base: what happens before it even without its own conflicts.
        direct: the events that it conflicts with.
    """
    found = _guarded(history, trace, op, index, base) if op.blocking else direct
    if len(found) < 2:
        return found
    nearest = []
    seen = 0
    for at in sorted(set(found), reverse=True):
        if not seen >> at & 1:
            nearest.append(at)
            seen |= history.before[at]
    return nearest


def _guarded(history: History, trace: Sequence[Op], op: Op, index: int, base: int) -> list[int]:
    found = []
    for place, mode in history.touched[index]:
        if mode == "G":
            continue
        clash = CLASHES[mode]
        for at, mode_, _ in reversed(history.entries[place]):
            if at == index or mode_ not in clash:
                continue
            if base >> at & 1:
                if mode_ in TOTAL:
                    break  # and so do all events before that one
                continue
            answer = _could_come_before(op, trace[at], mode_)
            if answer != _NEVER:
                found.append(at)
            if answer == _SURELY and mode_ in TOTAL:
                break  # what lies further back races with it in the schedules in which it does come before this one
    return found


def _could_come_before(op: Op, other: Op, mode: str) -> int:
    if mode == "L":
        return _NEVER  # the mutex was taken until then
    if mode in "AT":
        return _SURELY if other.succeeded else _NEVER
    if op.fits is not None and other.state is not None:
        return _SURELY if op.fits(other.state) else _NEVER
    return _MAYBE
