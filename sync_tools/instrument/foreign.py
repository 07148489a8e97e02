"""Calls of functions that were not rewritten: written in C, or the standard library's.

What they do cannot be seen, but what they are given can. A container handed to one is read by it, or written, unless it
is known that it only reads. Lazy ones (``map``, ``itertools.chain``) read it a step at a time, later.
"""

from __future__ import annotations

import copy
import itertools
import json
import pickle
import pprint
import random
import statistics
import sys
from functools import partial
from types import (
    BuiltinFunctionType,
    FunctionType,
    GeneratorType,
    MethodType,
    MethodWrapperType,
    WrapperDescriptorType,
)
from typing import Any

from sync_tools.instrument import locate
from sync_tools.instrument.access import delete, load, store
from sync_tools.instrument.containers import SCALARS, effect_in_c, is_container, whole
from sync_tools.instrument.elements import container_method, each, looked_into, resumed, reversed_steps

TEXT_READS = frozenset({"join", "format", "format_map"})  # methods of text that read what they are given
UNTOUCHING = frozenset({isinstance, issubclass, id, type, callable, print, hash, super, range, object})
_LAZY = frozenset({enumerate, zip, map, filter})
_READING = frozenset(
    {
        len, sum, sorted, min, max, any, all, iter, repr, format, ascii, next, copy.copy, copy.deepcopy,
        json.dump, json.dumps, pickle.dump, pickle.dumps, pprint.pprint, pprint.pformat,
    }
)  # fmt: skip
_READING_MODULES = frozenset({statistics.__name__, random.__name__})
# What reaches an attribute without the syntax for it, and how.
_ATTRIBUTE_SLOTS = {"__getattribute__": "R", "__setattr__": "W", "__delattr__": "W"}

WEAK = frozenset({"weakref", "_weakref", "_weakrefset"})

# The kit and the test runners, like the standard library, keep no state of the program's.
_RUNNERS = frozenset({"sync_tools", "pytest", "_pytest", "hypothesis"})
_LIBRARY = _RUNNERS | sys.stdlib_module_names
# Those that are given nothing to look into, or that look at their caller's frame, so that nothing may stand between.
_LEFT_ALONE = _RUNNERS.union(
    {
        *("threading", "queue", "time", "concurrent", "multiprocessing"),
        *("logging", "warnings", "typing", "enum", "dataclasses", "inspect", "traceback", "unittest", "contextlib"),
    }
)


def in_c(kind: type) -> bool:
    """True when making an instance of that class runs no Python code."""
    return type(getattr(kind, "__init__", None)) is WrapperDescriptorType and type(kind.__new__) is BuiltinFunctionType


def _module(value: Any) -> str:
    if isinstance(value, MethodType):
        value = value.__func__
    if isinstance(value, FunctionType):  # a wrapper takes over the __module__ of what it wraps, not its globals
        return str(value.__globals__.get("__name__") or "?")
    return str(getattr(value, "__module__", None) or "?")


def _package(value: Any) -> str:
    return _module(value).partition(".")[0]


def looks_into(value: Any) -> bool:
    """True when a function that was not rewritten may look into what it is given."""
    return _package(value) not in _LEFT_ALONE and getattr(value, "__name__", "") != "namedtuple"


def is_left_alone(value: Any) -> bool:
    """True for a function that needs no look at all, whatever it is given."""
    return _package(value) in _LEFT_ALONE


def is_library(kind: type) -> bool:
    """True for a class of the standard library that looks into what it is made from, ``Counter`` for one."""
    return _package(kind) in sys.stdlib_module_names and looks_into(kind)


def note_unseen(world: Any, value: Any) -> None:
    """A Python function that was not rewritten runs: what it does to shared state cannot be seen."""
    package = _package(value)
    if package in WEAK:
        note_weak(world)
    if package not in _LIBRARY:
        advice = f"add instrument=({package!r},) to see them"
        world.unseen.add(f"calls into {_module(value)}, which is not rewritten; {advice}")


def note_callback(world: Any, value: Any) -> None:
    """Something of the program's is about to be called by the library: a thread's target, a task of a pool."""
    while isinstance(value, partial):
        value = value.func
    value = getattr(value, "__func__", value)
    if type(value) is BuiltinFunctionType and (value in _SPECIAL or value.__module__ == "_operator"):
        # Called by the library and not by rewritten code, it announces nothing of what it is given.
        world.unseen.add(f"what {value.__name__} does to what it is given, where it is itself the target of a thread")
        return
    if isinstance(value, FunctionType) and "_sl_seen" not in value.__globals__:
        note_unseen(world, value)


def note_weak(world: Any) -> None:
    """Something is asked that depends on which objects are alive."""
    world.unseen.add("when an object dies, which its weak references show")


def note_made(world: Any, kind: type) -> None:
    """An object of that class is about to be made."""
    if kind.__module__ in WEAK:
        note_weak(world)
    elif hasattr(kind, "__del__"):
        world.unseen.add(f"when an object of {kind.__name__}, which has a __del__, dies")


def call(world: Any, value: Any, site: int, *args: Any, **kwargs: Any) -> Any:
    """Call it, after announcing what it looks into."""
    known = _SPECIAL.get(value) if type(value) is BuiltinFunctionType or isinstance(value, type) else None
    if known is not None and not kwargs:
        found = known(world, site, *args)
        if found is not NotImplemented:
            return found
    if "key" in kwargs:
        kwargs["key"] = _called_back(world, kwargs["key"], site)
    if isinstance(value, type) and (value in _LAZY or value.__module__ == "itertools"):
        return value(*(each(_called_back(world, given, site), site) for given in args), **kwargs)
    owner = getattr(value, "__self__", None)
    given = (*args, *kwargs.values()) if kwargs else args
    if is_container(owner):
        given = (owner, *given)
    looked_into(world, getattr(value, "__name__", "call"), given, site, "R" if _reads(value, owner) else "W")
    return value(*args, **kwargs)


def mapped(value: Any, site: int, function: Any, *iterables: Any, **kwargs: Any) -> Any:
    """``executor.map``: it goes through what it is given in the calling thread."""
    return value(function, *(each(iterable, site) for iterable in iterables), **kwargs)


def _called_back(world: Any, value: Any, site: int) -> Any:
    """What ``map``, ``sorted`` and their like call for each item, so that ``map(len, shared)`` is seen too."""
    # A class with a metaclass of its own may be what is gone through, not what is called.
    seen = type(value) is BuiltinFunctionType or (type(value) is type and in_c(value))
    return partial(call, world, value, site) if seen else value


def _reads(value: Any, owner: Any) -> bool:
    """True when it is known to change nothing that it is given."""
    if isinstance(value, type) or value in _READING:
        return True
    name = getattr(value, "__name__", "")
    if type(owner) in SCALARS:
        return name in TEXT_READS
    return getattr(value, "__module__", None) in _READING_MODULES and name != "shuffle"


def slot(world: Any, target: Any, bound: Any, site: int, *args: Any, **kwargs: Any) -> Any:
    """Call a method written in C on what it is bound to: ``super().__setitem__``, ``super().__setattr__``."""
    name = bound.__name__
    if effect_in_c(type(target), name) is not None:
        return container_method(world, bound, target, name, site)(*args, **kwargs)
    mode = _ATTRIBUTE_SLOTS.get(name)
    if mode is not None and args and type(args[0]) is str:
        accesses = locate.attribute(target, args[0], mode)
        if accesses is not None:
            world.access("read" if mode == "R" else "write", target, accesses, site, args[0])
    return bound(*args, **kwargs)


def unbound(world: Any, value: Any, site: int, *args: Any, **kwargs: Any) -> Any:
    """Call a method written in C that is bound to nothing: ``list.append(items, 1)``, ``object.__setattr__(...)``."""
    if not args or not isinstance(args[0], value.__objclass__):
        return value(*args, **kwargs)  # it raises, in its own words
    bound = value.__get__(args[0])
    if type(bound) is MethodWrapperType or is_container(args[0]):
        return slot(world, args[0], bound, site, *args[1:], **kwargs)
    return call(world, bound, site, *args[1:], **kwargs)


# ---- built-ins that do what some syntax does, or more than look ------------------------------------------------------


def _getattr(world: Any, site: int, *args: Any) -> Any:
    if len(args) < 2 or type(args[1]) is not str:
        return NotImplemented
    try:
        return load(args[0], args[1], site)
    except AttributeError:
        if len(args) == 3:
            return args[2]
        raise


def _hasattr(world: Any, site: int, *args: Any) -> Any:
    if len(args) != 2 or type(args[1]) is not str:
        return NotImplemented
    try:
        load(args[0], args[1], site)
    except AttributeError:
        return False
    return True


def _setattr(world: Any, site: int, *args: Any) -> Any:
    return store(args[2], args[0], args[1], site) if len(args) == 3 else NotImplemented


def _delattr(world: Any, site: int, *args: Any) -> Any:
    return delete(args[0], args[1], site) if len(args) == 2 else NotImplemented


def _iter(world: Any, site: int, *args: Any) -> Any:
    return iter(each(args[0], site)) if len(args) == 1 else NotImplemented


def _reversed(world: Any, site: int, *args: Any) -> Any:
    return reversed_steps(world, args[0], site) if len(args) == 1 and is_container(args[0]) else NotImplemented


def _next(world: Any, site: int, *args: Any) -> Any:
    if args and type(args[0]) is GeneratorType:
        return resumed(world, args[0], site, partial(next, *args))
    if args and type(args[0]).__module__ == "itertools":
        world.access("next", args[0], whole(args[0], "W"), site, None)
    return NotImplemented


def _chain(world: Any, site: int, *args: Any) -> Any:
    if len(args) != 1:
        return NotImplemented
    return itertools.chain.from_iterable(each(part, site) for part in each(args[0], site))


def _vars(world: Any, site: int, *args: Any) -> Any:
    return load(args[0], "__dict__", site) if len(args) == 1 else NotImplemented


_SPECIAL: dict[Any, Any] = {
    getattr: _getattr,
    hasattr: _hasattr,
    setattr: _setattr,
    delattr: _delattr,
    iter: _iter,
    reversed: _reversed,
    next: _next,
    vars: _vars,
    itertools.chain.from_iterable: _chain,
}
