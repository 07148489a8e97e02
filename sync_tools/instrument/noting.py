"""What reports show of values, and the names that primitives take from the variables they are bound to."""

from __future__ import annotations

from typing import Any

from sync_tools.instrument import caches
from sync_tools.instrument.containers import CONTAINERS, SCALARS, is_container, kept
from sync_tools.seams.world import here
from sync_tools.words.operations import Op

_ATOMS = frozenset({int, float, bool, str, bytes, type(None)})


def show(value: Any) -> str:
    """A short text for a value in a report. Only plain values: a user's ``__repr__`` could do anything."""
    kind = type(value)
    if kind in _ATOMS:
        text = repr(value)
    elif kind in (list, tuple, set, dict) and len(value) <= 6 and _plain(value):
        # A set's own order changes with the hash seed, and a report must not.
        text = repr(value) if kind is not set or not value else "{" + ", ".join(sorted(map(repr, value))) + "}"
    elif is_container(value):
        # The built-in's own length: one that a subclass writes is a part of the program, and counts.
        text = f"{kind.__name__} of {_length(value)}"
    else:
        text = f"a {kind.__name__}"
    return text if len(text) <= 24 else text[:21] + "..."


def _plain(container: Any) -> bool:
    """Whether nothing in a built-in container has a ``__repr__`` that a user could have written."""
    parts = (*container, *container.values()) if type(container) is dict else container
    return all(type(part) in _ATOMS or (type(part) is tuple and _plain(part)) for part in parts)


def _length(value: Any) -> int:
    inner = kept(value)
    base = next((base for base in CONTAINERS if isinstance(inner, base)), None)
    return len(inner) if base is None else base.__len__(inner)


def note(op: Op | None, value: Any) -> Any:
    """Keep a value for the report, when there will be one."""
    if op is not None:
        op.value = show(value)
        op.refers = value is not op.target and is_container(value)
    return value


_named: dict[type, bool] = caches.by_class()


def bind(value: Any, name: str) -> None:
    """A primitive without a name takes that of the variable it is first bound to."""
    kind = type(value)
    if kind in SCALARS:
        return
    has = _named.get(kind)
    if has is None:
        has = _named[kind] = kind.__module__.startswith("sync_tools.") and hasattr(value, "_sl_name")
    if has and value._sl_name is None:
        value._sl_name = here.world.unique(name) if here.world is not None else name
