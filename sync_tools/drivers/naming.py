"""How the program calls what operations touch."""

from __future__ import annotations

import re
from types import GeneratorType
from typing import Any

from sync_tools.drivers.autopsy import name_of
from sync_tools.instrument.access import owner_name
from sync_tools.instrument.containers import CONTAINERS
from sync_tools.words.operations import SYNC, Op

ON_NOTHING = frozenset({"sleep", "clock", "spin", "end"})  # its own thread, or the world, is no object to speak of
UNKNOWN = "?"
_NUMBERED = re.compile(r"#(\d+)$")


def target_name(op: Op, world: Any) -> str:
    """How the program calls what an operation touches."""
    if op.accesses and op.accesses[0][0][1] == SYNC:
        return name_of(op.target, world)
    if isinstance(op.target, CONTAINERS):
        base = name_of(op.target, world)
        return base if op.name is None else f"{base}[{op.name!r}]"
    if isinstance(op.target, GeneratorType):
        return str(op.target.__name__)
    if isinstance(op.name, str) and not isinstance(op.target, str) and type(op.target) is not object:
        return f"{owner_name(op.target)}.{op.name}"
    return str(op.name)


def operation_word(kind: str) -> str:
    """What reports call a kind of operation."""
    return {"wake": "wake up", "down": "acquire", "up": "release", "arrive": "arrive at"}.get(kind, kind)


class Names:
    """How the program calls what operations touch. Of several objects of one class the later ones have a number."""

    def __init__(self) -> None:
        self._owners: dict[str, dict[int, tuple[Any, int]]] = {}  # class -> id -> itself, number
        self._inside: dict[int, tuple[Any, str]] = {}  # id of a container -> itself, the attribute that it was met in

    def meet(self, world: Any) -> None:
        """Name what the threads stand before, in an order of its own: a longer replay gives the same names."""
        world.quiet += 1  # a thread's name may be a property of the user's
        try:
            for thread in world.threads:
                if thread.pending is not None:
                    self.of(thread.pending, world)
        finally:
            world.quiet -= 1

    def of(self, op: Op, world: Any) -> str:
        """The name of an operation's target; "" where it has none."""
        if op.kind in ON_NOTHING:
            return ""
        if is_attribute(op):
            number = self._number(op.target)
            name = target_name(op, world) + (f"#{number}" if number > 1 else "")
            value = attribute_value(op)
            if type(value) in CONTAINERS:
                self._inside[id(value)] = (value, name)
            return name
        known = self._inside.get(id(op.target))
        if known is not None:
            return known[1] if op.name is None else f"{known[1]}[{op.name!r}]"
        return target_name(op, world)

    def _number(self, owner: Any) -> int:
        """Which object of its class this is: as its locks are numbered already, else in the order of being met."""
        known = self._owners.setdefault(owner_name(owner), {})
        if id(owner) not in known:
            taken = {number for _, number in known.values()}
            wanted = _number_of_locks(owner)
            number = wanted if wanted and wanted not in taken else next(n for n in range(1, 10_000) if n not in taken)
            known[id(owner)] = (owner, number)
        return known[id(owner)][1]


def _space(owner: Any) -> Any:
    """The variables of an instance; empty for what has none."""
    try:
        return object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return {}


def _number_of_locks(owner: Any) -> int:
    for value in list(_space(owner).values()):
        if type(value).__module__.startswith("sync_tools."):
            name = getattr(value, "_sl_name", None)
            if isinstance(name, str):
                found = _NUMBERED.search(name)
                return int(found[1]) if found else 1
    return 0


def is_attribute(op: Op) -> bool:
    """True for the variable of an object, which is no synchronization and no element of a container."""
    return (
        isinstance(op.name, str)
        and op.accesses[0][0][1] != SYNC
        and not isinstance(op.target, (str, *CONTAINERS))
        and type(op.target) is not object
    )


def attribute_value(op: Op) -> Any:
    """What an instance's variable holds now; the name itself is no value, so it says that this is not known."""
    space = _space(op.target)
    return space.get(op.name, UNKNOWN) if type(space) is dict else UNKNOWN
