"""Where the threads of a stopped schedule stand: what each will do next or waits for, and what the variables hold.

Everything here only looks. It is called while threads stand before their operations, so it must run no code of the
user's, nor do an operation itself.
"""

from __future__ import annotations

from typing import Any

from sync_tools.detectors.involved import Waiting, holder
from sync_tools.drivers.autopsy import Holdings, name_of, op_site, primitive
from sync_tools.drivers.naming import ON_NOTHING, UNKNOWN, Names, attribute_value, is_attribute, operation_word
from sync_tools.instrument.containers import CONTAINERS
from sync_tools.instrument.noting import show
from sync_tools.models import barriers, conditions, queues
from sync_tools.words.failure import NO_SITE
from sync_tools.words.operations import READING, SYNC, Op
from sync_tools.words.position import ENDED, READY, WAITING, Standing, Variable

_NO_VARIABLE = frozenset({*ON_NOTHING, "start", "join", "wait_for"})


# ---- threads ---------------------------------------------------------------------------------------------------------


def standings(world: Any, names: Names) -> tuple[Standing, ...]:
    """All threads of a schedule that was stopped, in order of creation."""
    holdings = Holdings(world)
    enabled = {thread.tid for thread in world.threads if thread.pending is not None and world.can_run(thread)}
    found = []
    for thread in world.threads:
        op = thread.pending
        name = str(thread.face.name)
        held = tuple(name_of(lock, world) for lock, _ in holdings.at(thread.tid, len(world.trace)))
        if thread.done or op is None:
            found.append(Standing(thread.tid, name, ENDED, "", "", NO_SITE, held=held))
            continue
        ready = thread.tid in enabled
        found.append(
            Standing(
                thread=thread.tid,
                name=name,
                state=READY if ready else WAITING,
                operation=operation_word(op.kind),
                target=names.of(op, world),
                site=op_site(op),
                reason=_unusual(op) if ready else _reason(thread, op, world),
                holder=None if ready else _holder(thread, op),
                held=held,
            )
        )
    return tuple(found)


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
    if op.kind == "acquire":
        return f"held {by}" if by else "held from before the start"
    if op.kind == "wake":
        if by:
            return f"it was notified, but the lock is held {by}"
        if getattr(op.ready.__self__, "notified", False):  # type: ignore[union-attr]
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


# ---- variables -------------------------------------------------------------------------------------------------------


def variables(world: Any, names: Names) -> tuple[Variable, ...]:
    """What has been touched, or is about to be, in the order in which it was met, with what it holds now."""
    values: dict[str, str] = {}
    users: dict[str, set[int]] = {}
    changed = set()
    standing = [thread.pending for thread in world.threads if thread.pending is not None and not thread.done]
    for op in [*world.trace, *standing]:
        name, value = _held_now(op, world, names)
        if name:
            # What can't be looked at keeps the value that was read or written last.
            values[name] = values.get(name, UNKNOWN) if value == UNKNOWN else value
            users.setdefault(name, set()).add(op.tid)
            if any(mode not in READING for _, mode in op.accesses):
                changed.add(name)
    return tuple(
        Variable(name, value, shared=len(users[name]) > 1, changed=name in changed) for name, value in values.items()
    )


def _held_now(op: Op, world: Any, names: Names) -> tuple[str, str]:
    """The variable that an operation touches, and its value; "" for none, and for one that refers to a lock, say."""
    if op.kind in _NO_VARIABLE or not op.accesses:
        return "", ""
    if op.accesses[0][0][1] == SYNC:
        target = primitive(op.target)
        state = _state(target)
        return (name_of(target, world), state) if state else ("", "")
    if isinstance(op.target, CONTAINERS):
        whole = Op(op.kind, op.target, op.accesses)
        return names.of(whole, world), show(op.target)
    name = names.of(op, world)
    value = attribute_value(op) if is_attribute(op) else UNKNOWN
    if type(value).__module__.startswith("sync_tools."):
        return "", ""
    if value is not UNKNOWN:
        return name, show(value)
    return name, op.value if op.value is not None and op.kind in ("read", "write") else UNKNOWN


def _state(target: Any) -> str:
    """What a synchronization object counts; "" for locks (who holds them is said with the threads) and the rest."""
    if isinstance(target, conditions.Event):
        return "set" if target.flag else "not set"
    if isinstance(target, conditions.Semaphore):
        return f"{target._value} free"
    if isinstance(target, queues.Queue):
        return _items(len(target.queue)) if isinstance(target.queue, CONTAINERS) else ""
    if isinstance(target, barriers.Barrier):
        return f"{target.generation.count} of {target.parties} arrived"
    return ""


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"
