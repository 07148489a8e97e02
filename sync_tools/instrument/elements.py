"""The hooks around what is inside of containers: elements, iteration, operators, and their methods."""

from __future__ import annotations

import operator
from collections import ChainMap, UserDict, UserList, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from types import GeneratorType
from typing import Any

from sync_tools.instrument.containers import (
    CONTAINERS,
    FILLING,
    KEY_VIEWS,
    SCALARS,
    VIEW,
    VIEWS,
    begun,
    effect_in_c,
    element,
    is_container,
    is_plain,
    looked_up,
    makes_in_python,
    method_accesses,
    method_effect,
    place_in_list,
    whole,
)
from sync_tools.instrument.noting import bind, note, show
from sync_tools.seams.world import here
from sync_tools.words.operations import Access, Op


def getitem(target: Any, key: Any, site: int) -> Any:
    """``target[key]``"""
    world = here.world
    if world is None:
        return target[key]
    if type(target) is list and type(key) is int and key >= 0:
        return note(world.access("read", target, place_in_list(target, key, "R"), site, key), target[key])
    if method_effect(type(target), "__getitem__") is None:
        return target[key]  # no container, or one that does this in Python: then what it does is seen
    if isinstance(target, defaultdict) and makes_in_python(target):
        return _made_or_found(world, target, key, site)
    op = touch(world, "read", target, lambda: element(target, key, "R"), site, key)
    return note(op, target[key])


_NOTHING = object()


def _made_or_found(world: Any, target: Any, key: Any, site: int) -> Any:
    """``target[key]`` of a defaultdict whose factory is the program's: two threads may both find nothing there.

    As ``defaultdict.__missing__`` does it: look, make, put it there (whatever is there by now), and keep one's own.
    """
    op = touch(world, "read", target, lambda: looked_up(target, key), site, key)
    found = dict.get(target, key, _NOTHING)
    if found is not _NOTHING:
        return note(op, found)
    value = target.default_factory()
    setitem(value, target, key, site)
    return value


def setitem(value: Any, target: Any, key: Any, site: int) -> None:
    """``target[key] = value``"""
    world = here.world
    if world is not None and method_effect(type(target), "__setitem__") is not None:
        touched = partial(element, target, key, "W")
        if isinstance(key, slice) and is_container(value):
            touched = partial(_slice_from, target, value)
        note(touch(world, "write", target, touched, site, key), value)
    target[key] = value
    if type(value) not in SCALARS:
        bind(value, f"[{show(key)}]")


def delitem(target: Any, key: Any, site: int) -> None:
    """``del target[key]``"""
    world = here.world
    if world is not None and method_effect(type(target), "__delitem__") is not None:
        touch(world, "delete", target, lambda: element(target, key, "D"), site, key)
    del target[key]


def contains(item: Any, target: Any, site: int) -> bool:
    """``item in target``"""
    world = here.world
    if world is None:
        return item in target
    target_ = mapping(world, target)
    if method_effect(type(target_), "__contains__") is not None:
        keyed = isinstance(target_, dict | set)
        touched = partial(element, target_, item, "R") if keyed else partial(whole, target_, "R")
        if isinstance(target_, dict):
            # Among values and items nothing is looked up: they are compared one after the other.
            by_key = target_ is target or isinstance(target, KEY_VIEWS)
            touched = partial(looked_up, target_, item) if by_key else partial(whole, target_, "R")
        return bool(note(touch(world, "look in", target_, touched, site, item if keyed else None), item in target))
    return item in target


def _slice_from(target: Any, value: Any) -> tuple[Access, ...]:
    return (*whole(target, "W"), *whole(value, "R"))


def touch(world: Any, kind: str, target: Any, touched: Callable[[], Any], site: int, name: Any) -> Op | None:
    """Announce an access to an element."""
    if not is_plain(name):
        name = show(name)  # a key of the user's own may print its address, or run code to print itself
        touched = partial(_quietly, world, touched)
    # Whether a key is there may change while the thread waits for its turn, so what is touched is asked for twice.
    return world.access(kind, target, touched(), site, name, touched)  # type: ignore[no-any-return]


def _quietly(world: Any, touched: Callable[[], Any]) -> Any:
    # Looking for a key calls its __hash__ and __eq__; that is our doing and no step of the program.
    world.quiet += 1
    try:
        return touched()
    finally:
        world.quiet -= 1


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
        if is_container(target):
            note(world.access("read", target, whole(target, "R"), site, None), target)
        elif type(value) is GeneratorType:
            note_shared(world, value)
    return value


_OPERATORS = {
    name: getattr(operator, name)
    for name in (
        *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow"),
        *("lshift", "rshift", "or_", "xor", "and_", "eq", "ne", "lt", "le", "gt", "ge"),
    )
}


def operate(name: str, left: Any, right: Any, site: int) -> Any:
    """An operator that looks into both of its operands, which is one operation."""
    world = here.world
    if world is not None and not (type(left) in SCALARS and type(right) in SCALARS):
        looked_into(world, "read", (left, right), site)
    return _OPERATORS[name](left, right)


def looked_into(world: Any, kind: str, values: tuple[Any, ...], site: int, mode: str = "R") -> None:
    """Announce one access to all of those values that are containers."""
    targets = [target for target in (mapping(world, value) for value in values) if is_container(target)]
    for value in values:
        if type(value) is GeneratorType:
            note_shared(world, value)
    if targets:
        accesses = tuple(access for target in targets for access in whole(target, mode))
        note(world.access(kind, targets[0], accesses, site, None), targets[0])


def change(value: Any, right: Any, site: int) -> Any:
    """The left side of an augmented assignment, about to be changed in place if it is a container."""
    world = here.world
    if world is None or (type(value) in SCALARS and type(right) in SCALARS):
        return value
    if is_container(value):
        source = mapping(world, right)
        read = whole(source, "R") if is_container(source) else ()
        world.access("update", value, (*whole(value, "W"), *read), site, None)
    else:
        looked_into(world, "read", (right,), site)
    return value


def each(iterable: Any, site: int) -> Any:
    """What a loop iterates over: a container is read once a step, and where its iterator needs it, at the beginning."""
    world = here.world
    if world is None or type(iterable) in SCALARS:
        return iterable
    target = mapping(world, iterable)
    if is_container(target) and getattr(type(iterable), "__iter__", None) in _PLAIN_ITERS:
        begin(world, target, site)
        return _steps(world, iter(iterable), target, site)
    if type(iterable) is GeneratorType:
        note_shared(world, iterable)
    return iterable


def note_shared(world: Any, generator: Any) -> None:
    """The interpreter, or something in C, goes through a generator: where it is resumed cannot be seen."""
    if world.shares(generator):
        world.unseen.add("a generator that several threads go through")


def resumed(world: Any, generator: Any, site: int, resume: Callable[[], Any]) -> Any:
    """A generator is resumed: it runs from one operation to another, and nobody else may resume it in between.

    The generator itself is free again right after the last operation in it. Whoever resumed it in between would then
    depend on that operation, whatever it is on; so the generator counts as running up to an operation of its own.

    Raises:
        ValueError: it runs already, as the real one says.
    """
    world.shares(generator)
    world.access("resume", generator, whole(generator, "W"), site, None)
    running = world.running_generators
    if id(generator) in running:
        raise ValueError("generator already executing")
    running.add(id(generator))
    try:
        return resume()
    finally:
        try:
            world.access("yield", generator, whole(generator, "W"), site, None)
        finally:
            running.discard(id(generator))


_ITERATED: tuple[Any, ...] = (*CONTAINERS, *VIEWS, UserDict, UserList, ChainMap)
_PLAIN_ITERS = {kind.__iter__ for kind in _ITERATED}


# How reports call the methods behind some syntax.
_SPELLED = {
    "__getitem__": "read", "__setitem__": "write", "__delitem__": "delete", "__contains__": "look in", "__len__": "len"
}  # fmt: skip
_STEPPING = frozenset({"__iter__", "__reversed__"})


def begin(world: Any, target: Any, site: int) -> None:
    """An iterator is made: that of a list looks at nothing; others remember the size, which must stay the same."""
    kind = type(target)
    if kind is list or not (touched := begun(target)):
        return
    world.access("loop over", target, touched, site, None)


def _steps(world: Any, iterator: Any, target: Any, site: int) -> Iterator[Any]:
    while True:
        op = world.access("iterate", target, whole(target, "R"), site, None)
        try:
            item = next(iterator)
        except StopIteration:
            return
        yield note(op, item)


def reversed_steps(world: Any, target: Any, site: int) -> Iterator[Any]:
    """``reversed(target)`` of a container: its length is read now, the rest once a step."""
    world.access("reversed", target, whole(target, "R"), site, None)
    return _steps(world, reversed(target), target, site)


def container_method(world: Any, bound: Any, target: Any, name: str, site: int) -> Any:
    """A method of a container that is in the table: what to call instead."""
    effect = effect_in_c(type(target), name)
    assert effect is not None
    return partial(_container_call, world, bound, target, name, effect, site)


def _container_call(
    world: Any, bound: Any, target: Any, name: str, effect: tuple[str, ...], site: int, *args: Any, **kwargs: Any
) -> Any:
    if effect is VIEW:
        view = bound()
        if not isinstance(view, VIEWS):
            world.unseen.add(f"what is seen through {name}() of a {type(target).__name__}")
        world.keep_view(view, target)
        return view
    if name in _STEPPING:
        begin(world, target, site)
        return _steps(world, bound(*args), target, site)
    key = args[0] if effect[0] == "key" and args else None
    touched = method_accesses(target, effect, args)
    if name in FILLING:
        others = [other for other in (mapping(world, arg) for arg in args) if is_container(other)]
        if others:
            touched = partial(_filled_from, touched, others)
    op = touch(world, _SPELLED.get(name, name), target, touched, site, key)
    result = bound(*args, **kwargs)
    note(op, args[-1] if args and result is None else result)
    return result


def _filled_from(touched: Callable[[], Any], others: list[Any]) -> tuple[Access, ...]:
    return (*touched(), *(access for other in others for access in whole(other, "R")))
