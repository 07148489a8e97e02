"""The hooks around calls: methods of containers, functions written in C, and stand-ins for real synchronization."""

from __future__ import annotations

import heapq
import operator
import sys
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from sync_tools.instrument import locate
from sync_tools.instrument.access import (
    delete,
    each,
    load,
    mapping,
    real_types,
    show,
    stand_ins,
    store,
    touch,
    translated,
)
from sync_tools.instrument.containers import CONTAINERS, SCALARS, VIEW, method_accesses, table_of, whole
from sync_tools.seams.world import here


def method(target: Any, name: str, site: int) -> Any:
    """``target.name``, about to be called."""
    world = here.world
    if world is None:
        return getattr(target, name)
    kind = type(target)
    if kind in SCALARS and kind is not type:
        return getattr(target, name)
    if kind in real_types:
        return getattr(world.twin(target), name)
    table = table_of(kind)
    if table is not None:
        effect = table.get(name)
        if effect is not None:
            return partial(_container_call, world, getattr(target, name), target, name, effect, site)
    value = load(target, name, site)
    if type(value) is BuiltinFunctionType and value.__self__ is target and not isinstance(target, type | ModuleType):
        opaque = table is None and kind.__module__ != "builtins"
        if opaque and not kind.__module__.startswith(("_thread", "sync_tools")):
            # An object written in C (a file, a StringIO, an iterator): taken as changed by the call.
            return partial(_opaque_call, world, value, target, name, site)
    return function(value, site)


def _container_call(
    world: Any, bound: Any, target: Any, name: str, effect: tuple[str, ...], site: int, *args: Any, **kwargs: Any
) -> Any:
    if effect is VIEW:
        view = bound()
        world.keep_view(view, target)
        return view
    key = args[0] if effect[0] == "key" and args else None
    op = touch(world, name, target, method_accesses(target, effect, args), site, key)
    result = bound(*args, **kwargs)
    if op is not None:
        op.value = show(args[-1] if args and result is None else result)
    return result


def _opaque_call(world: Any, bound: Any, target: Any, name: str, site: int, *args: Any, **kwargs: Any) -> Any:
    world.access(name, target, whole(target, "W"), site, None)
    return bound(*args, **kwargs)


_LAZY = frozenset({enumerate, zip, map, filter})
_UNTOUCHING = frozenset({isinstance, issubclass, id, type, callable, print, hash, super, range, object})
_CHANGING = frozenset(
    {
        heapq.heappush,
        heapq.heappop,
        heapq.heapify,
        heapq.heapreplace,
        heapq.heappushpop,
        operator.setitem,
        operator.delitem,
    }
)
_READING = frozenset(
    {
        len, sum, sorted, list, tuple, set, frozenset, dict, min, max, any, all, iter, reversed, repr, str, bool, bytes,
        format, ascii, next,
    }
)  # fmt: skip


def function(value: Any, site: int) -> Any:
    """A callable that is about to be called."""
    world = here.world
    if world is None:
        return value
    kind = type(value)
    if kind is FunctionType or kind is MethodType:
        if "_sl_key" not in value.__globals__ if kind is FunctionType else not _seen_method(value):
            _note_unseen(world, value)
        return stand_ins.get(value, value) if kind is FunctionType else translated(value)
    if kind is type or kind is BuiltinFunctionType:
        stand_in = stand_ins.get(value)
        if stand_in is not None:
            return stand_in
        if value in _UNTOUCHING:
            return value
        if kind is BuiltinFunctionType and isinstance(value.__self__, CONTAINERS):
            return method(value.__self__, value.__name__, site)  # kept under another name: pop = items.pop
        if kind is BuiltinFunctionType or value in _READING or value in _LAZY:
            return partial(_call_into_c, world, value, site)
    return value


def _seen_method(value: Any) -> bool:
    return "_sl_key" in getattr(value.__func__, "__globals__", {"_sl_key": None})


# The standard library, the kit, and the test runners: they keep no state of the program's.
_LIBRARY = frozenset(sys.stdlib_module_names) | {"sync_tools", "pytest", "_pytest", "hypothesis"}


def _note_unseen(world: Any, value: Any) -> None:
    """A Python function that was not rewritten runs: what it does to shared state cannot be seen."""
    module = getattr(value, "__module__", None) or "?"
    package = module.partition(".")[0]
    if package not in _LIBRARY:
        world.unseen.add(f"calls into {module}, which is not rewritten; add instrument=({package!r},) to see them")


def _call_into_c(world: Any, value: Any, site: int, *args: Any, **kwargs: Any) -> Any:
    if value is getattr or value is hasattr:
        if len(args) >= 2 and isinstance(args[1], str):
            accesses = locate.attribute(args[0], args[1], "R")
            if accesses is not None:
                world.access("read", args[0], accesses, site, args[1])
        return value(*args, **kwargs)
    if value is setattr and len(args) == 3:
        return store(args[2], args[0], args[1], site)
    if value is delattr and len(args) == 2:
        return delete(args[0], args[1], site)
    if value in _LAZY:
        return value(*(each(argument, site) for argument in args), **kwargs)
    mode = "R" if value in _READING else "W"
    for argument in args:
        target = mapping(world, argument)
        if isinstance(target, CONTAINERS):
            world.access(getattr(value, "__name__", "call"), target, whole(target, mode), site, None)
        elif value is next and type(argument) not in SCALARS and type(argument).__module__ == "itertools":
            world.access("next", argument, whole(argument, "W"), site, None)
    return value(*args, **kwargs)


class _Hushed:
    """Calls something (pytest's formatting of a failed assert) without any scheduling point."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        world = here.world
        if world is None:
            return self.value(*args, **kwargs)
        world.quiet += 1  # type: ignore[attr-defined]
        try:
            return self.value(*args, **kwargs)
        finally:
            world.quiet -= 1  # type: ignore[attr-defined]


def hush(value: Any) -> Any:
    """A callable of the test runner, which is no part of the scenario."""
    return _Hushed(value) if here.world is not None else value
