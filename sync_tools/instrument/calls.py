"""The hooks around calls: methods of containers, functions written in C, and stand-ins for real synchronization."""

from __future__ import annotations

import heapq
import operator
import sys
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from sync_tools.instrument.access import delete, load, real_types, stand_ins, store, translated
from sync_tools.instrument.containers import CONTAINERS, SCALARS, method_effect, table_of, whole
from sync_tools.instrument.elements import container_method, each, looked_into
from sync_tools.seams.world import here


def method(target: Any, name: str, site: int) -> Any:
    """``target.name``, about to be called."""
    world = here.world
    if world is None:
        return getattr(target, name)
    kind = type(target)
    if kind in SCALARS and kind is not type:
        value = getattr(target, name)
        return partial(_call_into_c, world, value, site) if name in _TEXT_READS else value
    if kind in real_types:
        return getattr(world.twin(target), name)
    if method_effect(kind, name) is not None:
        return container_method(world, getattr(target, name), target, name, site)
    value = load(target, name, site)
    if type(value) is BuiltinFunctionType and value.__self__ is target and not isinstance(target, type | ModuleType):
        opaque = table_of(kind) is None and kind.__module__ != "builtins"
        if opaque and not kind.__module__.startswith(("_thread", "sync_tools")):
            # An object written in C (a file, a StringIO, an iterator): taken as changed by the call.
            return partial(_opaque_call, world, value, target, name, site)
    return function(value, site)


def _opaque_call(world: Any, bound: Any, target: Any, name: str, site: int, *args: Any, **kwargs: Any) -> Any:
    world.access(name, target, whole(target, "W"), site, None)
    return bound(*args, **kwargs)


_TEXT_READS = frozenset({"join", "format", "format_map"})  # methods of text that read what they are given
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
        owner = value.__self__ if kind is BuiltinFunctionType else None
        if isinstance(owner, CONTAINERS) and method_effect(type(owner), value.__name__) is not None:
            return container_method(world, value, owner, value.__name__, site)  # kept under a name: pop = items.pop
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
    if (value is getattr or value is hasattr) and len(args) >= 2 and type(args[1]) is str:
        return _get(value, site, *args)
    if value is iter and len(args) == 1:
        return iter(each(args[0], site))
    if value is setattr and len(args) == 3:
        return store(args[2], args[0], args[1], site)
    if value is delattr and len(args) == 2:
        return delete(args[0], args[1], site)
    if value in _LAZY:
        return value(*(each(argument, site) for argument in args), **kwargs)
    if value is next and args and type(args[0]).__module__ == "itertools":
        world.access("next", args[0], whole(args[0], "W"), site, None)
        return value(*args)
    name = getattr(value, "__name__", "call")
    reads = value in _READING or (name in _TEXT_READS and type(value.__self__) in SCALARS)
    given = (*args, *kwargs.values()) if kwargs else args
    looked_into(world, name, given, site, "R" if reads else "W")
    return value(*args, **kwargs)


def _get(value: Any, site: int, target: Any, name: str, *default: Any) -> Any:
    """``getattr`` and ``hasattr``: a load like any other."""
    try:
        found = load(target, name, site)
    except AttributeError:
        if value is hasattr:
            return False
        if default:
            return default[0]
        raise
    return True if value is hasattr else found


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
