"""What the program calls an object that was bound to a name where nobody could see it: at import, or in a closure."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from sync_tools.words.sites import user_frames

FURTHEST = 4  # frames of the user above the place of the call


def variable_of(value: Any) -> str | None:
    """The name under which the calling code reaches an object; None where it has none.

    The variables of its modules come first, for they are the same in every thread; then those of its functions, the
    innermost first. An attribute is called by the class of its owner.
    """
    frames = [frame for frame, _ in zip(user_frames(sys._getframe(1)), range(FURTHEST), strict=False)]
    for space in [frame.f_globals for frame in frames] + [frame.f_locals for frame in frames]:
        found = _in(space, value)
        if found is not None:
            return found
    return None


def _in(space: Mapping[str, Any], value: Any) -> str | None:
    """The name of `value` in a namespace, or as an attribute of what stands in it."""
    variables = [(name, other) for name, other in list(space.items()) if name.isidentifier() and name[:4] != "_sl_"]
    direct = _key_of(variables, value)
    if direct is not None:
        return direct
    for _, owner in variables:
        kind = owner if isinstance(owner, type) else type(owner)
        if kind.__module__.startswith("sync_tools.") or kind.__module__ in sys.stdlib_module_names:
            continue
        try:
            inside = object.__getattribute__(owner, "__dict__")
        except AttributeError:
            continue
        attribute = _key_of(inside.items(), value) if type(inside) in (dict, _ClassDict) else None
        if attribute is not None:
            return f"{kind.__name__}.{attribute}"
    return None


_ClassDict = type(type.__dict__)


def _key_of(pairs: Iterable[tuple[Any, Any]], value: Any) -> str | None:
    return next((name for name, other in list(pairs) if other is value and isinstance(name, str)), None)
