"""The hooks around loads and stores. Outside of a scenario each does just what the source said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from sync_tools.instrument import locate
from sync_tools.instrument.containers import (
    CONTAINERS,
    SCALARS,
    VIEWS,
    element,
    whole,
)
from sync_tools.seams.world import here
from sync_tools.words.operations import Op

# Filled by the worlds: real callable -> stand-in, and the real types that have a twin.
stand_ins: dict[Any, Any] = {}
real_types: set[type] = set()


def show(value: Any) -> str:
    """A short text for a value in a report. Only plain values: a user's ``__repr__`` could do anything."""
    kind = type(value)
    if kind in (int, float, bool, str, bytes, type(None)):
        text = repr(value)
    elif kind in (list, tuple, set, dict) and len(value) <= 6 and all(type(part) in SCALARS for part in value):
        text = repr(value) if kind is not dict else f"{{{len(value)} keys}}"
    elif isinstance(value, CONTAINERS):
        text = f"{kind.__name__} of {len(value)}"
    else:
        text = f"a {kind.__name__}"
    return text if len(text) <= 24 else text[:21] + "..."


def note(op: Op | None, value: Any) -> Any:
    """Keep a value for the report, when there will be one."""
    if op is not None:
        op.value = show(value)
    return value


_named: dict[type, bool] = {}


def bind(value: Any, name: str) -> None:
    """A primitive without a name takes that of the variable it is first bound to."""
    kind = type(value)
    if kind in SCALARS:
        return
    has = _named.get(kind)
    if has is None:
        if len(_named) > 2_000:  # classes of fresh modules are new ones: do not keep the old ones alive
            _named.clear()
        has = _named[kind] = kind.__module__.startswith("sync_tools.") and hasattr(value, "_sl_name")
    if has and value._sl_name is None:
        value._sl_name = here.world.unique(name) if here.world is not None else name  # type: ignore[attr-defined]


# ---- attributes ------------------------------------------------------------------------------------------------------


def load(target: Any, name: str, site: int) -> Any:
    """``target.name``"""
    world = here.world
    if world is None:
        return getattr(target, name)
    if type(target) in real_types:
        return getattr(world.twin(target), name)
    if locate.kind_of(type(target), name) == locate.CACHED:
        return _cached(world, target, name, site)
    accesses = locate.attribute(target, name, "R")
    if accesses is None:
        return translated(getattr(target, name))
    op = world.access("read", target, accesses, site, name)
    value = getattr(target, name)
    if op is not None:
        note(op, value)
        if isinstance(value, CONTAINERS):
            world.names[id(value)] = f"{owner_name(target)}.{name}"  # type: ignore[attr-defined]
    return value


def owner_name(target: Any) -> str:
    """How a report calls the owner of an attribute."""
    return target.__name__ if isinstance(target, type | ModuleType) else type(target).__name__


def translated(value: Any) -> Any:
    """A real function or class of the standard library becomes what stands in for it."""
    if type(value) in (FunctionType, BuiltinFunctionType, MethodType, type):
        return stand_ins.get(value, value)
    return value


def _cached(world: Any, target: Any, name: str, site: int) -> Any:
    # functools.cached_property has a lock in some versions and none in others; a read and a write are what it does.
    location = (id(target), name)
    op = world.access("read", target, ((location, "R"),), site, name)
    space = target.__dict__
    if name in space:
        return note(op, space[name])
    for base in type(target).__mro__:
        if name in base.__dict__:
            value = base.__dict__[name].func(target)
            break
    note(world.access("write", target, ((location, "W"),), site, name), value)
    space[name] = value
    return value


def store(value: Any, target: Any, name: str, site: int) -> None:
    """``target.name = value``"""
    world = here.world
    if world is not None:
        if type(target) in real_types:
            target = world.twin(target)
        accesses = locate.attribute(target, name, "W")
        if accesses is not None:
            note(world.access("write", target, accesses, site, name), value)
    setattr(target, name, value)
    bind(value, f"{owner_name(target)}.{name}")


def delete(target: Any, name: str, site: int) -> None:
    """``del target.name``"""
    world = here.world
    if world is not None:
        if type(target) in real_types:
            target = world.twin(target)
        accesses = locate.attribute(target, name, "W")
        if accesses is not None:
            world.access("delete", target, accesses, site, name)
    delattr(target, name)


# ---- variables -------------------------------------------------------------------------------------------------------


def read(key: Any, name: str, site: int) -> Op | None:
    """A module's or a captured variable is about to be loaded."""
    world = here.world
    if world is None:
        return None
    owner = key if isinstance(key, str) else id(key)
    return world.access("read", key, (((owner, name), "R"),), site, name)  # type: ignore[no-any-return]


def see(op: Op | None, value: Any) -> Any:
    """The variable's value."""
    return value if op is None else note(op, value)


def write(value: Any, key: Any, name: str, site: int) -> Any:
    """A module's or a captured variable is about to be stored."""
    world = here.world
    if world is not None:
        owner = key if isinstance(key, str) else id(key)
        note(world.access("write", key, (((owner, name), "W"),), site, name), value)
    bind(value, name)
    return value


def named(value: Any, name: str) -> Any:
    """A call's result is bound to a local variable, which may name it."""
    if type(value) not in SCALARS:
        bind(value, name)
    return value


# ---- elements --------------------------------------------------------------------------------------------------------


def getitem(target: Any, key: Any, site: int) -> Any:
    """``target[key]``"""
    world = here.world
    if world is None or not isinstance(target, CONTAINERS):
        return target[key]
    op = touch(world, "read", target, lambda: element(target, key, "R"), site, key)
    value: Any = target[key]  # type: ignore[index]
    return note(op, value)


def setitem(value: Any, target: Any, key: Any, site: int) -> None:
    """``target[key] = value``"""
    world = here.world
    if world is not None and isinstance(target, CONTAINERS):
        note(touch(world, "write", target, lambda: element(target, key, "W"), site, key), value)
    target[key] = value
    if type(value) not in SCALARS:
        bind(value, f"[{show(key)}]")


def delitem(target: Any, key: Any, site: int) -> None:
    """``del target[key]``"""
    world = here.world
    if world is not None and isinstance(target, CONTAINERS):
        touch(world, "delete", target, lambda: element(target, key, "D"), site, key)
    del target[key]


def contains(item: Any, target: Any, site: int) -> bool:
    """``item in target``"""
    world = here.world
    if world is None:
        return item in target
    target_ = mapping(world, target)
    if isinstance(target_, CONTAINERS):
        keyed = isinstance(target_, dict | set)
        touched = partial(element, target_, item, "R") if keyed else partial(whole, target_, "R")
        if isinstance(target_, dict):  # looking for a key inserts nothing, not even into a defaultdict
            touched = partial(_looked_up, target_, item)
        return bool(note(touch(world, "look in", target_, touched, site, item if keyed else None), item in target))
    return item in target


def _looked_up(target: Any, key: Any) -> Any:
    try:
        hash(key)
    except TypeError:
        return whole(target, "R")
    return (((id(target), ("key", key)), "R"), *whole(target, "n"))


def touch(world: Any, kind: str, target: Any, touched: Callable[[], Any], site: int, name: Any) -> Op | None:
    """Announce an access to an element."""
    # Whether a key is there may change while the thread waits for its turn, so what is touched is asked for twice.
    return world.access(kind, target, touched(), site, name, touched)  # type: ignore[no-any-return]


def mapping(world: Any, target: Any) -> Any:
    """The dict behind a view."""
    return world.viewed(target) if isinstance(target, VIEWS) else target


def whole_(value: Any, site: int) -> Any:
    """An operand that the interpreter itself looks into, if it is a container."""
    if type(value) in SCALARS:
        return value
    world = here.world
    if world is not None:
        target = mapping(world, value)
        if isinstance(target, CONTAINERS):
            note(world.access("read", target, whole(target, "R"), site, None), target)
    return value


def change(value: Any, site: int) -> Any:
    """The left side of an augmented assignment, about to be changed in place if it is a container."""
    if type(value) in SCALARS:
        return value
    world = here.world
    if world is not None and isinstance(value, CONTAINERS):
        world.access("update", value, whole(value, "W"), site, None)
    return value


def each(iterable: Any, site: int) -> Any:
    """What a loop iterates over: a container is read once a step."""
    world = here.world
    if world is None or type(iterable) in SCALARS:
        return iterable
    target = mapping(world, iterable)
    if isinstance(target, CONTAINERS) and getattr(type(iterable), "__iter__", None) in _PLAIN_ITERS:
        return _steps(world, iterable, target, site)
    return iterable


_PLAIN_ITERS = {vars(kind)["__iter__"] for kind in (*CONTAINERS, *VIEWS)}


def _steps(world: Any, iterable: Any, target: Any, site: int) -> Iterator[Any]:
    iterator = iter(iterable)
    while True:
        op = world.access("iterate", target, whole(target, "R"), site, None)
        try:
            item = next(iterator)
        except StopIteration:
            return
        yield note(op, item)


def manager(value: Any) -> Any:
    """What a ``with`` block enters."""
    world = here.world
    return world.twin(value) if world is not None and type(value) in real_types else value


def turn(site: int) -> None:
    """A ``while`` loop begins a turn."""
    world = here.world
    if world is not None:
        world.turn(site, sys._getframe(1))


def count(site: int) -> None:
    """A ``for`` loop begins a turn."""
    world = here.world
    if world is not None:
        world.count_turn(site)  # type: ignore[attr-defined]
