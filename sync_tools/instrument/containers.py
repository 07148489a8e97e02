"""What each method of a built-in container does to it: the table behind container accesses.

One method call on a built-in container is one operation. That is what the language promises and free-threaded builds
keep; a GIL build hides some interleavings most of the time, never by promise.
"""

from __future__ import annotations

from collections import ChainMap, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

from sync_tools.instrument import caches
from sync_tools.words.operations import WHOLE, Access, Location, identity

READ: tuple[str, ...] = ("R",)
WRITE: tuple[str, ...] = ("W",)
KEY_READ = ("key", "R", "n")
KEY_WRITE = ("key", "W", "i")
VIEW = ("view",)

_COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
_SEQUENCE_READS = (
    *("index", "count", "copy", "__len__", "__contains__", "__iter__", "__reversed__"),
    *(*_COMPARISONS, "__add__", "__mul__", "__rmul__", "__copy__", "__sizeof__", "__repr__"),
)
_LIST = {
    **dict.fromkeys((*_SEQUENCE_READS, "__getitem__"), READ),
    **dict.fromkeys(("__setitem__", "__delitem__", "__init__", "__iadd__", "__imul__"), WRITE),
    **dict.fromkeys(("append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse"), WRITE),
}
_DEQUE = {
    **_LIST,
    **dict.fromkeys(("appendleft", "extendleft", "popleft", "rotate"), WRITE),
}
_DICT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("copy", "__len__", "__iter__", "__reversed__", "__repr__"), READ),
    **dict.fromkeys((*_COMPARISONS, "__or__", "__ror__"), READ),
    **dict.fromkeys(("__init__", "__ior__", "popitem", "update", "clear", "move_to_end", "subtract"), WRITE),
    **dict.fromkeys(("most_common", "total", "elements"), READ),
    **dict.fromkeys(("keys", "values", "items"), VIEW),
    **dict.fromkeys(("get", "__getitem__", "__contains__"), KEY_READ),
    **dict.fromkeys(("__setitem__", "__delitem__"), KEY_WRITE),
    "setdefault": KEY_WRITE,
    "pop": KEY_WRITE,
}
_SET = {
    **dict.fromkeys(
        ("copy", "union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint"),
        READ,
    ),
    **dict.fromkeys((*_COMPARISONS, "__len__", "__iter__", "__repr__"), READ),
    **dict.fromkeys(("__and__", "__or__", "__sub__", "__xor__", "__rand__", "__ror__", "__rsub__", "__rxor__"), READ),
    **dict.fromkeys(("__init__", "__iand__", "__ior__", "__isub__", "__ixor__"), WRITE),
    **dict.fromkeys(
        ("pop", "clear", "update", "intersection_update", "difference_update", "symmetric_difference_update"), WRITE
    ),
    "__contains__": KEY_READ,
    "add": KEY_WRITE,
    "discard": KEY_WRITE,
    "remove": KEY_WRITE,
}
_BYTES = {**_LIST, "decode": READ, "find": READ, "startswith": READ, "endswith": READ}

# These read the containers that they are given.
FILLING = frozenset(
    {
        *("extend", "extendleft", "update", "subtract", "__setitem__"),
        *("union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint"),
        *("intersection_update", "difference_update", "symmetric_difference_update"),
        *("__init__", "__add__", "__iadd__", "__or__", "__ror__", "__ior__", "__and__", "__rand__", "__iand__"),
        *("__sub__", "__rsub__", "__isub__", "__xor__", "__rxor__", "__ixor__", *_COMPARISONS),
    }
)

BASES: tuple[tuple[type, dict[str, tuple[str, ...]]], ...] = (
    (list, _LIST),
    (dict, _DICT),
    (set, _SET),
    (deque, _DEQUE),
    (bytearray, _BYTES),
    # Written in Python, but of the standard library, whose code is not rewritten.
    (UserDict, _DICT),
    (ChainMap, _DICT),
    (UserList, _LIST),
)
CONTAINERS = (list, dict, set, deque, bytearray)
VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()), *(type(f(OrderedDict())) for f in (
    OrderedDict.keys, OrderedDict.values, OrderedDict.items)))  # fmt: skip
KEY_VIEWS: tuple[type, ...] = (type({}.keys()), type(OrderedDict().keys()))

SCALARS = frozenset(
    {int, str, float, bool, bytes, type(None), tuple, complex, frozenset, range, slice, FunctionType, type}
)

_STANDARD = frozenset({"collections", "collections.abc"})

_tables: dict[type, dict[str, tuple[str, ...]] | None] = caches.by_class()


def table_of(kind: type) -> dict[str, tuple[str, ...]] | None:
    """The methods of a container type; None for anything else.

    A method that a subclass writes in Python is no operation of its own: its own accesses are.
    """
    try:
        return _tables[kind]
    except KeyError:
        pass
    table = None
    for base, methods in BASES:
        if base in kind.__mro__:
            table = {
                name: effect
                for name, effect in methods.items()
                if getattr(getattr(kind, name, None), "__module__", None) in _STANDARD
                or not isinstance(getattr(kind, name, None), FunctionType)
            }
            break
    _tables[kind] = table
    return table


def is_container(value: Any) -> bool:
    """True for a built-in container, or what is derived from one."""
    return table_of(type(value)) is not None  # isinstance would run the user's code in a class with __getattribute__


def method_effect(kind: type, name: str) -> tuple[str, ...] | None:
    """What a method of that type does to the container; None when it is no container's, or not in the table."""
    table = table_of(kind)
    return None if table is None else table.get(name)


_in_c: dict[tuple[type, str], tuple[str, ...] | None] = caches.by_class()


def effect_in_c(kind: type, name: str) -> tuple[str, ...] | None:
    """The same for a method that is known to be the built-in's own, also where a subclass has one of that name."""
    if kind in SCALARS:
        return None
    try:
        return _in_c[kind, name]
    except KeyError:
        effect = next((methods.get(name) for base, methods in BASES if base in kind.__mro__), None)
        _in_c[kind, name] = effect
        return effect


_PLAIN = frozenset({int, str, float, bool, bytes, type(None), complex, range, slice})


def is_plain(key: Any) -> bool:
    """True when comparing, hashing and printing `key` runs no code of the user's and shows no address."""
    kind = type(key)
    return kind in _PLAIN or ((kind is tuple or kind is frozenset) and all(is_plain(part) for part in key))


def part_of(target: Any, key: Any) -> Location:
    """The location of one key. Of a key of the user's own its hash, so that equal keys are one location."""
    return (identity(target), ("key", key if is_plain(key) else hash(key)))


def looked_up(target: Any, key: Any) -> tuple[Access, ...]:
    """Looking for a key, which inserts nothing, not even into a defaultdict."""
    target = kept(target)
    if not isinstance(target, dict | set):
        return whole(target, "R")
    try:
        part = part_of(target, key)
    except TypeError:
        return whole(target, "R")
    return ((part, "R"), *whole(target, "n"))


def makes_in_python(target: defaultdict[Any, Any]) -> bool:
    """True where a defaultdict fills itself with what code of the program's makes: other threads may run meanwhile.

    A factory in C (``list``, ``int``, ``threading.Lock``) leaves them no moment; the look and the change are one step.
    """
    if type(target).__missing__ is not defaultdict.__missing__:
        return False  # written in Python: then it is seen
    factory: Any = target.default_factory
    while isinstance(factory, partial):
        factory = factory.func
    factory = getattr(factory, "__func__", factory)
    if isinstance(factory, type):
        made_by = [getattr(factory, "__init__", None), getattr(factory, "__new__", None)]
    else:
        made_by = [factory, vars(type(factory)).get("__call__")]
    return any(isinstance(each, FunctionType) and "_sl_seen" in each.__globals__ for each in made_by)


_OWN = frozenset(CONTAINERS)


def kept(target: Any) -> Any:
    """What a UserDict or UserList keeps its items in; any other container itself."""
    kind = type(target)
    return target if kind in _OWN or not (UserDict in kind.__mro__ or UserList in kind.__mro__) else target.data


def whole(target: Any, mode: str) -> tuple[Access, ...]:
    """An access to all of a container."""
    if type(target) not in _OWN:
        if ChainMap in type(target).__mro__:  # it changes its first map only, and looks into all of them
            first, *others = target.maps
            return (*whole(first, mode), *(access for other in others for access in whole(other, "R")))
        target = kept(target)
    return (((identity(target), WHOLE), mode),)


def begun(target: Any) -> tuple[Access, ...]:
    """What an iterator looks at when it is made: nothing for a list's, all for a ChainMap's, else the size."""
    if ChainMap in type(target).__mro__:
        return whole(target, "R")
    target = kept(target)
    return whole(target, "s") if isinstance(target, dict | set | deque) else ()


def element(target: Any, key: Any, mode: str) -> tuple[Access, ...]:
    """An access to one element: reading ("R"), replacing or adding ("W"), or deleting ("D") it."""
    target = kept(target)
    if isinstance(target, dict | set):
        try:
            present = dict.__contains__(target, key) if isinstance(target, dict) else set.__contains__(target, key)
        except TypeError:
            return whole(target, "R" if mode == "R" else "W")
        part = part_of(target, key)
        if mode == "R":
            if not present and isinstance(target, defaultdict):
                return ((part, "W"), ((identity(target), WHOLE), "i"))
            return ((part, "R"), ((identity(target), WHOLE), "n"))
        structure = "e" if present and mode == "W" else "i"
        return ((part, "W"), ((identity(target), WHOLE), structure))
    if isinstance(target, list | deque | bytearray) and isinstance(key, int) and mode != "D":
        index = key + len(target) if key < 0 else key
        part = (identity(target), ("key", index))
        return ((part, mode), ((identity(target), WHOLE), "n" if mode == "R" else "e"))
    return whole(target, "R" if mode == "R" else "W")


def place_in_list(target: list[Any], index: int, mode: str) -> tuple[Access, ...]:
    """The same as :func:`element` for what there is most of: a list's element, counted from its beginning."""
    number = identity(target)
    return (((number, ("key", index)), mode), ((number, WHOLE), "n" if mode == "R" else "e"))


def method_accesses(target: Any, effect: tuple[str, ...], args: tuple[Any, ...]) -> Callable[[], tuple[Access, ...]]:
    """What one method call touches, as a function: it may change while the thread waits for its turn."""
    if effect[0] != "key" or not args:
        mode = "R" if effect in (READ, KEY_READ) else "W"
        return lambda: whole(target, mode)
    key = args[0]
    if effect is KEY_READ:
        return lambda: looked_up(target, key)
    return lambda: element(target, key, "D")
