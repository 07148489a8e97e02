"""How the program calls what operations touch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import GeneratorType
from typing import Any

from sync_tools.drivers.autopsy import name_of
from sync_tools.instrument.access import owner_name
from sync_tools.instrument.containers import CONTAINERS
from sync_tools.words.operations import SYNC, Op

ON_NOTHING = frozenset({"sleep", "clock", "spin", "end"})  # its own thread, or the world, is no object to speak of
UNKNOWN = "?"
_NUMBERED = re.compile(r"#(\d+)$")

# The thread, a name without its number, and how many objects of that name the thread had met by then: its number.
Numbering = Mapping[tuple[int, str, int], int]


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
    """How the program calls what operations touch. Of several objects of one name the later ones have a number.

    Reports have no need to tell two accounts apart, but who reads what both hold does. Which of them is the second
    must not depend on the order of operations that have nothing to do with each other. So numbers are taken over from
    a schedule that was run before: what a thread meets first, second and so on is called as it was called there.

    Args:
        numbering: from that schedule; see :meth:`numbering`.
    """

    def __init__(self, numbering: Numbering | None = None) -> None:
        self._wanted = numbering or {}
        # Where there was only one object of a name, whoever meets one first meets that one.
        several = {name for (_, name, _), number in self._wanted.items() if number > 1}
        self._reserved = {(name, number) for (_, name, _), number in self._wanted.items() if name in several}
        self._numbers: dict[str, dict[int, tuple[Any, int]]] = {}  # name -> id -> itself, number
        self._met: dict[tuple[int, str], dict[int, int]] = {}  # thread, name -> id -> the how-manieth it was
        self._inside: dict[int, tuple[Any, str]] = {}  # id of a container -> itself, the attribute that it was met in

    def numbering(self) -> Numbering:
        """The numbers that were given, for :class:`Names` of another schedule of the same scenario."""
        return {
            (thread, name, place): self._numbers[name][key][1]
            for (thread, name), met in self._met.items()
            for key, place in met.items()
        }

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
        if op.accesses[0][0][1] == SYNC:
            return target_name(op, world)
        if is_attribute(op):
            number = self._number(owner_name(op.target), op.target, op.tid, _number_of_locks(op.target))
            name = _numbered(target_name(op, world), number)
            value = attribute_value(op)
            if type(value) in CONTAINERS:
                self._inside.setdefault(id(value), (value, name))
            return name
        if isinstance(op.target, CONTAINERS):
            known = self._inside.get(id(op.target))
            if known is not None:
                name = known[1]
            else:
                name = _NUMBERED.sub("", name_of(op.target, world))
                name = _numbered(name, self._number(name, op.target, op.tid))
            return name if op.name is None else f"{name}[{op.name!r}]"
        name = target_name(op, world)
        if type(op.target) is object:  # it stands for a module, and two may have a variable of one name
            return _numbered(name, self._number(name, op.target, op.tid))
        return name

    def _number(self, name: str, target: Any, thread: int, wanted: int = 0) -> int:
        """Which of the objects of this name it is."""
        met = self._met.setdefault((thread, name), {})
        place = met.setdefault(id(target), len(met) + 1)
        known = self._numbers.setdefault(name, {})
        if id(target) not in known:
            taken = {number for _, number in known.values()}
            wanted = wanted or self._wanted.get((thread, name, place), 0)
            if not wanted or wanted in taken:
                free = (n for n in range(1, 10_000) if n not in taken)
                wanted = next(n for n in free if (name, n) not in self._reserved)
            known[id(target)] = (target, wanted)
        return known[id(target)][1]


def _numbered(name: str, number: int) -> str:
    return f"{name}#{number}" if number > 1 else name


def _space(owner: Any) -> Any:
    """The variables of an instance; empty for what has none."""
    try:
        return object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return {}


def _number_of_locks(owner: Any) -> int:
    """An object is numbered as its locks are, which have names already."""
    for value in list(_space(owner).values()):
        if type(value).__module__.startswith("sync_tools."):
            name = getattr(value, "_sl_name", None)
            if isinstance(name, str):
                found = _NUMBERED.search(name)
                return int(found[1]) if found else 1
    return 0


def is_attribute(op: Op) -> bool:
    """True for an operation on a variable of an object."""
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
