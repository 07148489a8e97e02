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

from sync_tools.words.history import Entry, History
from sync_tools.words.operations import CLASHES, TOTAL, Op

_NEVER, _MAYBE, _SURELY = range(3)


def partners(history: History, trace: Sequence[Op], op: Op, index: int, direct: list[int]) -> list[int]:
    """The events that `op` could have come before, and that no other partner comes between.

    Args:
        history: of the schedule, up to `op` and no further.
        trace: the schedule.
        op: the operation, which is event `index`.
        direct: the events that it conflicts with.
    """
    if op.blocking:
        return _guarded(history, trace, op, index)
    if len(direct) < 2:
        return direct
    nearest = []
    seen = 0
    for at in sorted(set(direct), reverse=True):
        if not seen >> at & 1:
            nearest.append(at)
            seen |= history.before[at]
    return nearest


def _nearest(history: History, surely: set[int], perhaps: set[int]) -> list[int]:
    """Those partners that no sure one comes between, the latest first."""
    nearest = []
    seen = 0
    for at in sorted(surely | perhaps, reverse=True):
        if not seen >> at & 1:
            nearest.append(at)
            if at in surely:
                seen |= history.before[at]
    return nearest


def _guarded(history: History, trace: Sequence[Op], op: Op, index: int) -> list[int]:
    surely: set[int] = set()
    perhaps: set[int] = set()
    base = history.bases[index]
    for place, mode in history.touched[index]:
        past = history.entries[place]
        if mode == "G":
            if not any(mode_ == "S" for _, mode_, _ in past):
                return []  # nobody has signalled it
            continue
        clash = CLASHES[mode]
        for number in range(len(past) - 1, -1, -1):
            at, mode_, _ = past[number]
            if at == index or mode_ not in clash:
                continue
            if base >> at & 1:
                if mode_ in TOTAL:
                    break  # and so do all events before that one
                continue
            answer = _with_hold(op, _could_come_before(op, mode, trace, past, number))
            if answer == _MAYBE:
                perhaps.add(at)
            elif answer == _SURELY:
                surely.add(at)
                if mode_ in TOTAL:
                    break  # what lies further back races with it in schedules in which this comes after that one
    return _nearest(history, surely, perhaps)


def _with_hold(op: Op, answer: int) -> int:
    """What a spin-wait adds: the operation is held until something that it read has changed, or a time-out fires."""
    if op.held is None:
        return answer
    return answer if answer == (_SURELY if op.deadline is not None else _NEVER) else _MAYBE


def _could_come_before(op: Op, mode: str, trace: Sequence[Op], past: Sequence[Entry], number: int) -> int:
    at, mode_, _ = past[number]
    other = trace[at]
    if mode_ == "L":
        return _NEVER  # the mutex was taken until then
    if mode_ in "AT":
        return _SURELY if other.succeeded else _NEVER
    if mode == "A":
        return _NEVER if _is_taken(trace, past, number) else _SURELY
    if op.fits is not None and other.state is not None:
        return _SURELY if op.fits(other.state) else _NEVER
    return _MAYBE


def _is_taken(trace: Sequence[Op], past: Sequence[Entry], number: int) -> bool:
    """Whether a mutex was taken before an event that only looked at it."""
    for at, mode, _ in reversed(past[:number]):
        if mode == "L":
            return False
        if mode in "AT" and trace[at].succeeded:
            return True
    return False
