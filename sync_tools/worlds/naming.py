"""What the program calls an object that was bound to a name where nobody could see it: at import, or in a container."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from sync_tools.primitives.face import Face
from sync_tools.words.sites import user_frames

FURTHEST = 4  # frames of the user above the place of the call
MOST_ELEMENTS = 64  # of a container that is looked into

_ClassDict = type(type.__dict__)
_Variables = list[tuple[str, Any]]


def variable_of(value: Any, places_first: bool = False) -> str | None:
    """The name under which the calling code reaches an object; None where it has none.

    The variables of its modules come first, for they are the same in every thread; then those of its functions, the
    innermost first. An attribute is called by the class of its owner.

    Args:
        value: the object.
        places_first: ``locks[0]`` says more than the loop variable ``lock``, where it has no variable of its own.
    """
    frames = [frame for frame, _ in zip(user_frames(sys._getframe(1)), range(FURTHEST), strict=False)]
    looks = (_attribute, _element, _direct) if places_first else (_direct, _attribute, _element)
    for spaces in ([frame.f_globals for frame in frames], [frame.f_locals for frame in frames]):
        known = [_variables(space.items()) for space in spaces]
        for look in looks:
            for variables in known:
                found = look(variables, value)
                if found is not None:
                    return found
    return None


def _variables(pairs: Iterable[tuple[str, Any]]) -> _Variables:
    return [(name, value) for name, value in list(pairs) if name.isidentifier() and not name.startswith("_sl_")]


def _is(other: Any, value: Any) -> bool:
    """True for the object itself, and for the instrumented one that has it inside."""
    return other is value or (issubclass(type(other), Face) and getattr(other, "_sl_inner", None) is value)


def _direct(variables: _Variables, value: Any) -> str | None:
    return next((name for name, other in variables if _is(other, value)), None)


def _attribute(variables: _Variables, value: Any) -> str | None:
    """The attribute of a class of the program, or of an object of one."""
    for _, owner in variables:
        kind = type(owner)  # isinstance would ask the object, and that may be code of the program
        if issubclass(kind, type):
            kind = owner
        module = type.__getattribute__(kind, "__module__")
        if not isinstance(module, str) or module.startswith("sync_tools.") or module in sys.stdlib_module_names:
            continue
        try:
            inside = object.__getattribute__(owner, "__dict__")
        except AttributeError:
            continue
        if type(inside) in (dict, _ClassDict):
            found = next((name for name, other in list(inside.items()) if _is(other, value)), None)
            if isinstance(found, str):
                return f"{type.__getattribute__(kind, '__name__')}.{found}"
    return None


def _element(variables: _Variables, value: Any) -> str | None:
    """The place in a list, a tuple or a dict."""
    for name, owner in variables:
        kind = type(owner)
        if kind not in (list, tuple, dict) or len(owner) > MOST_ELEMENTS:
            continue
        for key, other in owner.items() if kind is dict else enumerate(owner):
            if _is(other, value) and type(key) in (int, str):
                return f"{name}[{key!r}]"
    return None
