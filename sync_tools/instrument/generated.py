"""Methods that ``dataclasses`` writes: they have no source to rewrite, so their reads are done here, one by one."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

from sync_tools.instrument.access import load
from sync_tools.instrument.containers import SCALARS
from sync_tools.instrument.elements import operate
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
