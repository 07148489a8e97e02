"""The hooks around calls: methods of containers, functions written in C, and stand-ins for real synchronization."""

from __future__ import annotations

from functools import partial
from types import (
    BuiltinFunctionType,
    FunctionType,
    GeneratorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any
from weakref import ReferenceType

from sync_tools.instrument import caches, foreign
from sync_tools.instrument.access import load, real_types, stand_ins, translated
from sync_tools.instrument.containers import SCALARS, effect_in_c, method_effect, table_of, whole
from sync_tools.instrument.elements import container_method, resumed
from sync_tools.seams.world import here

_made_in_python: dict[type, bool] = caches.by_class()  # classes whose instances are made by code that is seen

_RESUMING = frozenset({"send", "throw", "close", "__next__"})
# Methods that are called as they are: those that were rewritten too, and those that look into nothing.
_plain_methods: dict[tuple[type, str], Any] = caches.by_class()


def method(target: Any, name: str, site: int) -> Any:
    """``target.name``, about to be called."""
    world = here.world
    if world is None:
        return getattr(target, name)
    kind = type(target)
    known = _plain_methods.get((kind, name))
    if known is not None:
        value = getattr(target, name)
        if type(value) is MethodType and value.__func__ is known:
            return value
    if kind is ModuleType:
        value = target.__dict__.get(name)
        if type(value) is type or type(value) is FunctionType:
            return function(value, site)  # which function or class a module holds is no state of the program's
    if kind in SCALARS and kind is not type:
        value = getattr(target, name)
        return partial(foreign.call, world, value, site) if name in foreign.TEXT_READS else value
    if kind in real_types:
        return getattr(world.twin(target), name)
    if method_effect(kind, name) is not None:
        return container_method(world, getattr(target, name), target, name, site)
    if kind is GeneratorType and name in _RESUMING:
        return partial(_resume, world, target, name, site)
    value = load(target, name, site)
    if type(value) is BuiltinFunctionType and value.__self__ is target and not isinstance(target, type | ModuleType):
        opaque = table_of(kind) is None and kind.__module__ != "builtins"
        if opaque and not kind.__module__.startswith(("_thread", "sync_tools")):
            # An object written in C (a file, a StringIO, an iterator): taken as changed by the call.
            return partial(_opaque_call, world, value, target, name, site)
    called = function(value, site)
    own = called is value and type(value) is MethodType and value.__func__ is getattr(kind, name, None)
    if own and (_seen_method(value) or foreign.is_left_alone(value)):
        _plain_methods[kind, name] = value.__func__
    return called


def _resume(world: Any, target: Any, name: str, site: int, *args: Any) -> Any:
    return resumed(world, target, site, partial(getattr(target, name), *args))


def _opaque_call(world: Any, bound: Any, target: Any, name: str, site: int, *args: Any, **kwargs: Any) -> Any:
    world.access(name, target, whole(target, "W"), site, None)
    return bound(*args, **kwargs)


def function(value: Any, site: int) -> Any:
    """A callable that is about to be called."""
    world = here.world
    if world is None:
        return value
    kind = type(value)
    if kind is FunctionType or kind is MethodType:
        stand_in = stand_ins.get(value, value) if kind is FunctionType else translated(value)
        if "_sl_seen" in value.__globals__ if kind is FunctionType else _seen_method(value):
            return stand_in
        if value.__name__ == "map" and value.__module__ == "sync_tools.models.executors":
            return partial(foreign.mapped, stand_in, site)
        foreign.note_unseen(world, value)
        return partial(foreign.call, world, stand_in, site) if foreign.looks_into(value) else stand_in
    if kind is type and value in _made_in_python:
        return value
    if kind is type or kind is BuiltinFunctionType:
        stand_in = stand_ins.get(value)
        if stand_in is not None:
            return stand_in
        if value in foreign.UNTOUCHING:
            return value
        owner = value.__self__ if kind is BuiltinFunctionType else None
        if kind is type:
            foreign.note_made(world, value)
        elif value.__module__ in foreign.WEAK:
            foreign.note_weak(world)
        if effect_in_c(type(owner), value.__name__) is not None:
            return container_method(world, value, owner, value.__name__, site)  # kept under a name: pop = items.pop
        if kind is BuiltinFunctionType or foreign.in_c(value) or foreign.is_library(value):
            return partial(foreign.call, world, value, site)
        if not hasattr(value, "__del__"):
            _made_in_python[value] = True
        return value
    if issubclass(kind, ReferenceType):
        foreign.note_weak(world)
        return value
    if issubclass(kind, type):  # a class with a metaclass
        foreign.note_made(world, value)
        return value
    if kind is MethodWrapperType:  # super().__setitem__, super().__setattr__, items.__len__
        return partial(foreign.slot, world, value.__self__, value, site)
    if (
        kind is WrapperDescriptorType or kind is MethodDescriptorType
    ):  # list.append(items, 1), object.__setattr__(o, ..)
        return partial(foreign.unbound, world, value, site)
    return value


def _seen_method(value: Any) -> bool:
    return "_sl_seen" in getattr(value.__func__, "__globals__", {"_sl_seen": None})


class _Hushed:
    """Calls something (pytest's formatting of a failed assert) without any scheduling point."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        world = here.world
        if world is None:
            return self.value(*args, **kwargs)
        world.quiet += 1
        try:
            return self.value(*args, **kwargs)
        finally:
            world.quiet -= 1


def hush(value: Any) -> Any:
    """A callable of the test runner, which is no part of the scenario."""
    return _Hushed(value) if here.world is not None else value
