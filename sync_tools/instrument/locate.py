"""Which location an attribute access touches, if any."""

from __future__ import annotations

from functools import cached_property
from types import (
    BuiltinFunctionType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

from sync_tools.instrument import caches
from sync_tools.words.operations import Access, identity

INSTANCE, METHOD, TRANSPARENT, CLASS_VALUE, CACHED, COMPUTED, SPECIAL = range(7)

_METHODS = (
    FunctionType,
    BuiltinFunctionType,
    MethodDescriptorType,
    WrapperDescriptorType,
    classmethod,
    staticmethod,
)
kinds: dict[tuple[type, str], int] = caches.by_class()  # what :func:`kind_of` has found out

# Filled by the worlds: the real types that have a twin.
real_types: set[type] = set()


def kind_of(owner: type, name: str) -> int:
    """What looking up `name` on an instance of `owner` does: reads a variable, finds a method, runs code, ...

    INSTANCE means a variable of the instance and nothing else, for loads, stores and deletions alike.
    """
    key = (owner, name)
    kind = kinds.get(key)
    if kind is None:
        kind = kinds[key] = _classify(owner, name)
    return kind


def _classify(owner: type, name: str) -> int:
    if owner in real_types or issubclass(owner, ModuleType | type):
        return SPECIAL
    if owner is super or owner.__module__.startswith("sync_tools.") or (name.startswith("__") and name.endswith("__")):
        return TRANSPARENT
    for base in owner.__mro__:
        if name in base.__dict__:
            found = base.__dict__[name]
            if base.__module__ == "sync_tools.models.threads":
                return TRANSPARENT
            if type(found) is cached_property:
                return CACHED
            if isinstance(found, _METHODS):
                return METHOD
            if isinstance(found, MemberDescriptorType):
                return INSTANCE
            if isinstance(found, GetSetDescriptorType) or hasattr(type(found), "__get__"):
                return TRANSPARENT
            return CLASS_VALUE
    if any(base.__module__ == "sync_tools.models.threads" for base in owner.__mro__):
        return TRANSPARENT  # threading.local: private by definition
    return COMPUTED if owner.__dictoffset__ and hasattr(owner, "__getattr__") else INSTANCE


def attribute(target: Any, name: str, mode: str) -> tuple[Access, ...] | None:
    """The locations behind ``target.name``; None when the access itself can be seen by nobody."""
    kind = type(target)
    if issubclass(kind, ModuleType):
        space = vars(target)
        key = space.get("_sl_key")
        if key is None or (mode == "R" and isinstance(space.get(name), FunctionType | type | ModuleType)):
            return None
        return (((identity(key), name), mode),)
    if issubclass(kind, type):
        for base in target.__mro__:
            if name in base.__dict__:
                if mode == "R" and hasattr(type(base.__dict__[name]), "__get__"):
                    return None
                owner = base if mode == "R" else target
                return (((identity(owner), name), mode),)
        return (((identity(target), name), mode),)
    how = kind_of(kind, name)
    if how == TRANSPARENT:
        return None
    if how == METHOD and mode == "R" and name not in _space(target):
        return None
    if how == CLASS_VALUE and mode == "R":
        for base in kind.__mro__:
            if name in base.__dict__:
                return (((identity(target), name), mode), ((identity(base), name), "R"))
    if how == COMPUTED and mode == "R" and name not in _space(target):
        return None
    return (((identity(target), name), mode),)


def _space(target: Any) -> Any:
    # Not target.__dict__: a class with __getattribute__ would notice.
    try:
        return object.__getattribute__(target, "__dict__")
    except AttributeError:
        return ()
