"""What the variables of a stopped schedule hold, as far as its operations have named them.

Everything here only looks, as in :mod:`sync_tools.drivers.standing`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sync_tools.drivers.autopsy import name_of, primitive
from sync_tools.drivers.naming import ON_NOTHING, UNKNOWN, Names, attribute_value, is_attribute
from sync_tools.instrument.containers import CONTAINERS
from sync_tools.instrument.noting import show
from sync_tools.models import barriers, conditions, queues
from sync_tools.words.operations import READING, SYNC, Op
from sync_tools.words.position import Variable

_NO_VARIABLE = frozenset({*ON_NOTHING, "start", "join", "wait_for"})


class _Use(NamedTuple):
    """What is known of one variable, container or synchronization object.

    Attributes:
        op: an operation on it, by which it is looked at.
        noted: the last value that was read or written; "?" where it is not known.
        users: the threads that have touched it, or are about to.
        changed: whether an operation has changed it, or is about to.
    """

    op: Op
    noted: str
    users: frozenset[int]
    changed: bool


_Uses = dict[tuple[Any, Any], _Use]


class Touched:
    """What the operations of one schedule have touched so far."""

    def __init__(self) -> None:
        self._uses: _Uses = {}
        self._looked = 0

    def grow(self, world: Any) -> None:
        """Take in what has been done since."""
        for op in world.trace[self._looked :]:
            _add(self._uses, op, done=True)
        self._looked = len(world.trace)

    def variables(self, world: Any, names: Names) -> tuple[Variable, ...]:
        """What has been touched, or is about to be, in the order in which it was met, with what it holds now."""
        self.grow(world)
        uses = dict(self._uses)
        for thread in world.threads:
            if thread.pending is not None and not thread.done:
                _add(uses, thread.pending, done=False)
        held: dict[str, list[tuple[bool, bool, str]]] = {}
        users: dict[str, set[int]] = {}
        changed = set()
        for use in uses.values():
            name, value = _held_now(use, world, names)
            if name:
                held.setdefault(name, []).append((value != UNKNOWN, is_attribute(use.op), value))
                users.setdefault(name, set()).update(use.users)
                if use.changed:
                    changed.add(name)
        # Where the program calls several objects the same, the present one is told of: that of the attribute. Else any
        # of them, but not the one that happened to be met last.
        return tuple(
            Variable(name, max(values)[2], shared=len(users[name]) > 1, changed=name in changed)
            for name, values in held.items()
        )


def _add(uses: _Uses, op: Op, done: bool) -> None:
    if op.kind in _NO_VARIABLE or not op.accesses:
        return
    whole = op.accesses[0][0][1] == SYNC or isinstance(op.target, CONTAINERS)
    target = primitive(op.target)
    key = (target if type(target) is str else id(target), None if whole else op.name)
    known = uses.get(key) or _Use(op, UNKNOWN, frozenset(), False)
    noted = known.noted
    if done and op.kind in ("read", "write"):
        noted = UNKNOWN if op.value is None or op.refers else op.value
    changes = any(mode not in READING for _, mode in op.accesses)
    uses[key] = _Use(known.op, noted, known.users | {op.tid}, known.changed or changes)


def _held_now(use: _Use, world: Any, names: Names) -> tuple[str, str]:
    """The name and the value; "" for what is no variable, and for one that refers to a lock, say."""
    op = use.op
    if op.accesses[0][0][1] == SYNC:
        target = primitive(op.target)
        state = _state(target)
        return (name_of(target, world), state) if state else ("", "")
    if isinstance(op.target, CONTAINERS):
        whole = Op(op.kind, op.target, op.accesses)
        whole.tid = op.tid
        return names.of(whole, world), show(op.target)
    name = names.of(op, world)
    value = attribute_value(op) if is_attribute(op) else UNKNOWN
    if type(value).__module__.startswith("sync_tools."):
        return "", ""
    return name, show(value) if value is not UNKNOWN else use.noted


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
