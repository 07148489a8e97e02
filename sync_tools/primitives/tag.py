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

# A primitive's identity: a serial number that is never reused; its kind; the name that its maker gave it, or None; the
# variable or attribute that rewritten code first bound it to, or None; and where it was made: code, and the offset of
# the instruction. An exact tuple of atoms, as entries of the record must be.
Mark = tuple[int, str, "str | None", "str | None", CodeType, int]

next_serial = itertools.count(1).__next__  # for primitives and threads alike


def make_mark(kind: str, given: str | None, frame: FrameType) -> Mark:
    """The mark of a new primitive that was made in `frame`."""
    return (next_serial(), kind, None if given is None else str(given), None, frame.f_code, frame.f_lasti)


def name_of(mark: Mark) -> str:
    """The given name, else the found one, else the creation site ("bank.py:12")."""
    return mark[2] or mark[3] or site_of(mark[4], mark[5]).short()


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
