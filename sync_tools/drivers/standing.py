"""Where the threads of a stopped schedule stand: what each will do next or waits for, and what has been done.

Everything here only looks. It is called while threads stand before their operations, so it must run no code of the
user's, nor do an operation itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sync_tools.detectors.involved import Waiting, holder
from sync_tools.drivers.autopsy import Holdings, name_of, op_site, primitive
from sync_tools.drivers.building import build_steps
from sync_tools.drivers.naming import ON_NOTHING, Names, operation_word
from sync_tools.drivers.runner import Run
from sync_tools.words.failure import NO_SITE, Site, Step
from sync_tools.words.operations import Op
from sync_tools.words.position import ENDED, READY, WAITING, Standing

# ---- threads ---------------------------------------------------------------------------------------------------------


def standings(world: Any, names: Names) -> tuple[Standing, ...]:
    """All threads of a schedule that was stopped, in order of creation."""
    holdings = Holdings(world)
    found = []
    for thread in world.threads:
        op = thread.pending
        if thread.done or op is None:
            held = _held(thread, world, holdings)
            found.append(Standing(thread.tid, str(thread.face.name), ENDED, "", "", NO_SITE, held=held))
            continue
        found.append(_standing(thread, op, world, holdings, names.of, ready=world.can_run(thread)))
    return tuple(found)


def waiting(thread: Any, world: Any, name: Callable[[Op, Any], str]) -> Standing:
    """A thread that can't go on with more than letting time pass, and why.

    Args:
        thread: which one; it stands before an operation.
        world: its schedule.
        name: how to call what an operation touches, in that world.
    """
    return _standing(thread, thread.pending, world, Holdings(world), name, ready=False)


def holder_of(thread: Any) -> int | None:
    """The thread that a waiting thread waits for, where there is one."""
    return _holder(thread, thread.pending)


def held_since(thread: Any, world: Any) -> Site | None:
    """Where the lock that a thread waits for was taken; None where it waits for anything else."""
    op = thread.pending
    if holder_of(thread) is None:
        return None
    target = primitive(op.target)
    lock = target.model if op.kind == "wake" else target
    taken = Holdings(world).taken_by(lock)
    return taken[-1] if taken else None


def _held(thread: Any, world: Any, holdings: Holdings) -> tuple[str, ...]:
    return tuple(name_of(lock, world) for lock, _ in holdings.at(thread.tid, len(world.trace)))


def _standing(
    thread: Any, op: Op, world: Any, holdings: Holdings, name: Callable[[Op, Any], str], *, ready: bool
) -> Standing:
    return Standing(
        thread=thread.tid,
        name=str(thread.face.name),
        state=READY if ready else WAITING,
        operation=operation_word(op.kind),
        target="" if op.kind in ON_NOTHING else name(op, world),
        site=op_site(op),
        reason=_unusual(op) if ready else _reason(thread, op, world),
        holder=None if ready else _holder(thread, op),
        held=_held(thread, world, holdings),
    )


def _holder(thread: Any, op: Op) -> int | None:
    notified = bool(getattr(getattr(op.ready, "__self__", None), "notified", False))
    return holder(Waiting(thread.tid, op.kind, primitive(op.target), NO_SITE, notified))


def _unusual(op: Op) -> str:
    if not op.yields():
        return ""
    if op.kind in ("sleep", "spin"):
        return "time passes"
    return "gives up: its time is over"


def _reason(thread: Any, op: Op, world: Any) -> str:
    """Why a thread can't go on, as long as it stands so."""
    target, other = primitive(op.target), _holder(thread, op)
    by = "" if other is None else "by itself" if other == thread.tid else f"by T{other}"
    if other is not None and world.threads[other].done:
        by += ", which has ended"
    if op.held is not None or op.kind == "spin":
        return "its loop repeats itself until another thread changes what it reads"
    if op.kind == "sleep":
        return "it sleeps"
    if op.kind == "acquire":
        return f"held {by}" if by else "held from before the start"
    if op.kind == "wake":
        if by:
            return f"it was notified, but the lock is held {by}"
        if getattr(getattr(op.ready, "__self__", None), "notified", False):
            return "it was notified, but the lock is held"
        return "nobody has notified it yet" if hasattr(target, "notifies") else "it is not set"
    if op.kind == "join":
        left = getattr(target, "unfinished_tasks", None)
        return "it has not ended" if left is None else f"items not marked done: {left}"
    if op.kind in ("get", "put"):
        if not target.mutex.free():
            return "somebody holds its mutex"
        return "it is empty" if op.kind == "get" else "it is full"
    if op.kind == "down":
        return "no permit is left"
    if op.kind == "pass":
        return f"{target.generation.count} of {target.parties} have arrived"
    if op.kind == "result":
        return "there is none yet" if other is None else f"T{other} has not given it yet"
    if op.kind == "wait_for":
        return "they are not done"
    return "somebody else is at it"


# ---- steps -----------------------------------------------------------------------------------------------------------


def steps_made(world: Any, names: Names, since: int = 0) -> tuple[Step, ...]:
    """What has been done, from the step after that number on.

    Of a read or write of a container's name the elements are not told: who changes them has nothing to do with it.
    """
    numbers = {at: at + 1 for at in range(since, len(world.trace))}
    steps = build_steps(Run(world, None, ""), Holdings(world), numbers, names.of, ordered=False)
    return tuple(
        replace(step, value=None) if op.refers else step for step, op in zip(steps, world.trace[since:], strict=True)
    )
