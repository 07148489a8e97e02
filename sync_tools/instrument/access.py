"""The hooks around loads and stores of variables. Outside of a scenario each does just what the source said."""

from __future__ import annotations

import sys
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from sync_tools.instrument import locate
from sync_tools.instrument.containers import SCALARS, is_container, method_effect
from sync_tools.instrument.elements import container_method
from sync_tools.instrument.noting import bind, note
from sync_tools.seams.world import here
from sync_tools.words.operations import Op, identity

# Filled by the worlds: real callable -> stand-in.
stand_ins: dict[Any, Any] = {}
real_types = locate.real_types
_kinds = locate.kinds
_INSTANCE = locate.INSTANCE


# ---- attributes ------------------------------------------------------------------------------------------------------


def load(target: Any, name: str, site: int) -> Any:
    """``target.name``"""
    world = here.world
    if world is None:
        return getattr(target, name)
    kind = type(target)
    how = _kinds.get((kind, name))
    if how is None:
        how = locate.kind_of(kind, name)
    if how == _INSTANCE:
        op = world.access("read", target, (((identity(target), name), "R"),), site, name)
        return getattr(target, name) if op is None else _noted(world, op, target, name)
    return _load(world, target, name, site, how)


def _noted(world: Any, op: Op, target: Any, name: str) -> Any:
    value = note(op, getattr(target, name))
    if is_container(value):
        world.names[id(value)] = f"{owner_name(target)}.{name}"
    return value


def _load(world: Any, target: Any, name: str, site: int, how: int) -> Any:
    """A load of what is more than a variable of an instance."""
    if type(target) in real_types:
        return getattr(world.twin(target), name)
    if how == locate.CACHED:
        return _cached(world, target, name, site)
    accesses = locate.attribute(target, name, "R")
    if accesses is None:
        value = getattr(target, name)
        if name == "__dict__" and not isinstance(target, type | ModuleType):
            world.unseen.add(f"attributes of {type(target).__name__} that are reached through its __dict__")
        if type(value) is BuiltinFunctionType and method_effect(type(target), name) is not None:
            return container_method(world, value, target, name, site)  # whoever calls it, the access is seen
        return translated(value)
    op = world.access("read", target, accesses, site, name)
    return getattr(target, name) if op is None else _noted(world, op, target, name)


def owner_name(target: Any) -> str:
    """How a report calls the owner of an attribute."""
    kind = type(target)
    return target.__name__ if issubclass(kind, type | ModuleType) else kind.__name__


def translated(value: Any) -> Any:
    """A real function or class of the standard library becomes what stands in for it."""
    if type(value) in (FunctionType, BuiltinFunctionType, MethodType, type):
        return stand_ins.get(value, value)
    return value


def _cached(world: Any, target: Any, name: str, site: int) -> Any:
    # functools.cached_property has a lock in some versions and none in others; a read and a write are what it does.
    location = (identity(target), name)
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
        kind = type(target)
        if _kinds.get((kind, name)) == _INSTANCE:
            op = world.access("write", target, (((identity(target), name), "W"),), site, name)
            if op is not None:
                note(op, value)
        else:
            if kind in real_types:
                target = world.twin(target)
            accesses = locate.attribute(target, name, "W")
            if accesses is not None:
                note(world.access("write", target, accesses, site, name), value)
    setattr(target, name, value)
    if type(value) not in SCALARS:
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
    owner = key if isinstance(key, str) else identity(key)
    return world.access("read", key, (((owner, name), "R"),), site, name)  # type: ignore[no-any-return]


def see(op: Op | None, value: Any) -> Any:
    """The variable's value."""
    return value if op is None else note(op, value)


def write(value: Any, key: Any, name: str, site: int) -> Any:
    """A module's or a captured variable is about to be stored."""
    world = here.world
    if world is not None:
        owner = key if isinstance(key, str) else identity(key)
        op = world.access("write", key, (((owner, name), "W"),), site, name)
        if op is not None:
            note(op, value)
    if type(value) not in SCALARS:
        bind(value, name)
    return value


def unbind(key: Any, name: str, site: int) -> None:
    """``del name`` of a module's or a captured variable."""
    world = here.world
    if world is not None:
        owner = key if isinstance(key, str) else identity(key)
        world.access("delete", key, (((owner, name), "W"),), site, name)


def named(value: Any, name: str) -> Any:
    """A call's result is bound to a local variable, which may name it."""
    if type(value) not in SCALARS:
        bind(value, name)
    return value


# ---- blocks and loops -----------------------------------------------------------------------------------------------


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
        world.count_turn(site)
