"""What a ``case`` does to its subject, a look at a time, so that each look is an operation.

The rewriter (``cases.py``) turns a pattern that looks into its subject into a guard that asks a :class:`Matching`. The
rules are those of PEP 634, the order of the looks is CPython's.
"""

from __future__ import annotations

from typing import Any

from sync_tools.instrument.access import load
from sync_tools.instrument.containers import is_container
from sync_tools.instrument.elements import getitem, whole_
from sync_tools.instrument.generated import binary

_missing = object()


class Matching:
    """One subject, matched against one ``case``.

    Attributes:
        parts: the subject, and what the patterns have taken out of it; patterns name them by their place.
        names: what the pattern's names will be bound to, if all of it matches.
        looked_up: for each part that is a mapping, the keys that were asked for.
    """

    def __init__(self, subject: Any, site: int) -> None:
        self.parts: dict[int, Any] = {0: subject}
        self.names: dict[str, Any] = {}
        self.looked_up: dict[int, tuple[Any, ...]] = {}
        self.site = site

    def value(self, at: int, expected: Any) -> bool:
        """``Color.RED`` or ``1``: equal to it."""
        return bool(binary("eq", self.parts[at], expected, self.site))

    def same(self, at: int, expected: Any) -> bool:
        """``None``, ``True`` or ``False``: it, and no other."""
        return self.parts[at] is expected

    def capture(self, at: int, name: str) -> bool:
        """``name``, and ``pattern as name``; always true."""
        self.names[name] = self.parts[at]
        return True

    def bound(self, name: str) -> Any:
        """What `name` is bound to, now that all of the pattern has matched."""
        return self.names.pop(name)

    def sequence(self, at: int, least: int, more: bool) -> bool:
        """True for a sequence of `least` items, or `more`."""
        subject = self.parts[at]
        match subject:
            case [*_]:
                pass
            case _:
                return False
        if more and not least:
            return True
        length = len(whole_(subject, self.site))
        return length >= least if more else length == least

    def item(self, at: int, index: int, to: int) -> bool:
        """Take one item out of a sequence; always true."""
        subject = self.parts[at]
        if index < 0:
            index += len(whole_(subject, self.site))
        self.parts[to] = getitem(subject, index, self.site)
        return True

    def unpack(self, at: int, before: int, star: bool, after: int, to: int) -> bool:
        """Take a sequence apart, as an assignment to `before` names, a starred one and `after` more does."""
        subject = self.parts[at]
        items = list(whole_(subject, self.site)) if is_container(subject) else [*subject]
        wanted = before + after
        if len(items) < wanted:
            least = f"at least {wanted}" if star else f"{wanted}"
            raise ValueError(f"not enough values to unpack (expected {least}, got {len(items)})")
        if not star and len(items) > wanted:
            raise ValueError(f"too many values to unpack (expected {wanted})")
        end = len(items) - after
        taken = [*items[:before], *([items[before:end]] if star else []), *items[end:]]
        self.parts.update(enumerate(taken, to))
        return True

    def mapping(self, at: int, least: int) -> bool:
        """True for a mapping of at least so many keys."""
        subject = self.parts[at]
        match subject:
            case {}:
                return not least or len(whole_(subject, self.site)) >= least
            case _:
                return False

    def keys(self, at: int, keys: tuple[Any, ...], to: int) -> bool:
        """Take the values of those keys out of a mapping."""
        subject = self.parts[at]
        self.looked_up[at] = keys
        seen: set[Any] = set()
        for place, key in enumerate(keys, to):
            if key in seen:
                raise ValueError(f"mapping pattern checks duplicate key ({key!r})")
            seen.add(key)
            found = load(subject, "get", self.site)(key, _missing)
            if found is _missing:
                return False
            self.parts[place] = found
        return True

    def rest(self, at: int, name: str) -> bool:
        """``**name``: all but the keys that were asked for; always true."""
        left = dict(whole_(self.parts[at], self.site))
        for key in self.looked_up.get(at, ()):
            del left[key]
        self.names[name] = left
        return True

    def instance(self, at: int, kind: Any, positional: int, named: tuple[str, ...], to: int) -> bool:
        """True for an instance of the class `kind`; takes the attributes that the patterns in it are about."""
        if not isinstance(kind, type):
            raise TypeError("called match pattern must be a class")
        subject = self.parts[at]
        if not isinstance(subject, kind):
            return False
        names = (*_positional_names(kind, positional), *named)
        for place, name in enumerate(names, to):
            if name is None:
                self.parts[place] = subject
                continue
            if name in names[: place - to]:
                raise TypeError(f"{kind.__name__}() got multiple sub-patterns for attribute {name!r}")
            try:
                self.parts[place] = load(subject, name, self.site)
            except AttributeError:
                return False
        return True


# For these, and what is derived from them, the one positional pattern is about the subject itself.
_WHOLE = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


def _positional_names(kind: type, count: int) -> tuple[str | None, ...]:
    """The attributes that the positional patterns are about; None means the subject itself."""
    if not count:
        return ()
    names: Any = getattr(kind, "__match_args__", _missing)
    itself = names is _missing and issubclass(kind, _WHOLE)
    if names is _missing:
        names = (None,) if itself else ()
    elif type(names) is not tuple:
        raise TypeError(f"{kind.__name__}.__match_args__ must be a tuple (got {type(names).__name__})")
    if count > len(names):
        plural = "" if len(names) == 1 else "s"
        raise TypeError(f"{kind.__name__}() accepts {len(names)} positional sub-pattern{plural} ({count} given)")
    for name in names[:count]:
        if type(name) is not str and not itself:
            raise TypeError(f"__match_args__ elements must be strings (got {type(name).__name__})")
    return tuple(names[:count])
