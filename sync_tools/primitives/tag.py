"""Who a primitive is: what a record keeps of it, so that a record does not keep the primitive itself alive."""

from __future__ import annotations

import contextlib
import itertools
import linecache
import threading
from types import CodeType, FrameType
from typing import Any

from sync_tools.words.failure import Site

# Standard modules that call a lock for the user: ExitStack, and a plain Condition over an instrumented lock.
LIBRARY = frozenset({contextlib.__file__, threading.__file__})

_serials = itertools.count(1)


class Tag:
    """A primitive's identity.

    Attributes:
        serial: a number that is never reused.
        kind: "Lock", "RLock", ...
        given: the name that its maker gave it, or None.
        found: the variable or attribute that it was first bound to, or None.
        code, line: where it was made.
    """

    __slots__ = ("code", "found", "given", "kind", "line", "serial")

    def __init__(self, kind: str, given: str | None, frame: FrameType) -> None:
        self.serial = next(_serials)
        self.kind = kind
        self.given = None if given is None else str(given)
        self.found: str | None = None
        self.code = frame.f_code
        self.line = frame.f_lineno

    def name(self) -> str:
        """The given name, else the found one, else the creation site ("bank.py:12")."""
        return self.given or self.found or Site(self.code.co_filename, self.line, "", "").short()


def maker_of(face: Any, frame: FrameType) -> FrameType:
    """The frame that made `face`: out of constructors of subclasses and of generated dataclass code.

    Args:
        face: the object under construction.
        frame: the caller of the primitive's own ``__init__``.
    """
    while frame.f_back is not None and frame.f_code.co_name == "__init__":
        code = frame.f_code
        of_subclass = bool(code.co_varnames) and frame.f_locals.get(code.co_varnames[0]) is face
        if not of_subclass and code.co_filename != "<string>":
            break
        frame = frame.f_back
    return frame


def outside(frame: FrameType) -> FrameType:
    """The nearest caller that is not in the standard library's own threading code."""
    while frame.f_back is not None and frame.f_code.co_filename in LIBRARY:
        frame = frame.f_back
    return frame


def site_of(code: CodeType, offset: int) -> Site:
    """The source site of the instruction at `offset` (``frame.f_lasti``)."""
    line = code.co_firstlineno
    for start, end, number in code.co_lines():
        if start <= offset < end and number is not None:
            line = number
            break
    return Site(code.co_filename, line, code.co_name, linecache.getline(code.co_filename, line).strip())
