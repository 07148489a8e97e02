"""Methods that ``dataclasses`` writes: they have no source to rewrite, so what they do is seen to here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any
from weakref import WeakKeyDictionary

from sync_tools.instrument.access import load, stand_ins
from sync_tools.instrument.containers import SCALARS
from sync_tools.instrument.elements import operate
from sync_tools.instrument.noting import bind
from sync_tools.seams.world import here

_fields: WeakKeyDictionary[type, tuple[str, ...] | None] = WeakKeyDictionary()


def compared_fields(kind: type) -> tuple[str, ...] | None:
    """The fields that a dataclass's own ``__eq__`` compares; None for a class with another one."""
    try:
        return _fields[kind]
    except KeyError:
        pass
    found = None
    for base in kind.__mro__:
        if "__eq__" in base.__dict__:
            method, fields = base.__dict__["__eq__"], base.__dict__.get("__dataclass_fields__")
            if fields is not None and type(method) is FunctionType and method.__code__.co_filename == "<string>":
                found = tuple(name for name, field in fields.items() if field.compare and _is_field(field))
            break
    _fields[kind] = found
    return found


def default_factories(function: FunctionType) -> list[tuple[CellType, Any]]:
    """Where the ``__init__`` that was written for a dataclass keeps a real clock or lock as a default factory.

    Returns:
        For each of them the cell of its closure, and what stands in for what is in it.
    """
    found = []
    if function.__name__ == "__init__" and function.__code__.co_filename == "<string>":
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            field = name.removesuffix("__").removeprefix("__dataclass") if name.startswith("__dataclass") else name
            if field.startswith("_dflt_"):  # _dflt_NAME, from Python 3.12 on __dataclass_dflt_NAME__
                try:
                    stand_in = stand_ins.get(cell.cell_contents)
                except TypeError:  # a default of another kind, which cannot be hashed
                    continue
                if stand_in is not None:
                    owner = function.__qualname__.split(".")[-2]
                    found.append((cell, _named(stand_in, f"{owner}.{field.removeprefix('_dflt_')}")))
    return found


def _named(factory: Callable[[], Any], name: str) -> Callable[[], Any]:
    """A factory for that field: a lock is named after it."""

    def make() -> Any:
        value = factory()
        bind(value, name)
        return value

    return make


def _is_field(field: Any) -> bool:
    return getattr(field._field_type, "name", "") == "_FIELD"


def binary(name: str, left: Any, right: Any, site: int) -> Any:
    """An operator that looks into both of its operands."""
    kind = type(left)
    if here.world is not None and kind is type(right) and kind not in SCALARS and name in ("eq", "ne"):
        fields = compared_fields(kind)
        if fields is not None and (name == "eq" or getattr(kind, "__ne__", None) is object.__ne__):
            return _equal(left, right, fields, site) is (name == "eq")
    return operate(name, left, right, site)


def _equal(left: Any, right: Any, fields: tuple[str, ...], site: int) -> bool:
    if sys.version_info >= (3, 13):  # a chain of comparisons
        return all(binary("eq", load(left, name, site), load(right, name, site), site) for name in fields)
    ours = [load(left, name, site) for name in fields]
    theirs = [load(right, name, site) for name in fields]  # two tuples, whose items may be the same object
    return all(one is other or binary("eq", one, other, site) for one, other in zip(ours, theirs, strict=True))
