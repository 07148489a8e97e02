"""Who a primitive is: what a record keeps of it, so that a record does not keep the primitive itself alive."""

from __future__ import annotations

import contextlib
import itertools
import linecache
import os
import threading
from types import CodeType, FrameType
from typing import Any

from sync_tools.primitives.binding import COMPREHENSIONS, Places, bound_name
from sync_tools.words.failure import Site

# Modules that call a primitive for the user: ExitStack, a plain Condition over an instrumented lock; methods of the
# primitives' own that call another one, so that a subclass may change it, or because they are old names of it; and
# those of the standard library that take locks of their own in an adopted program.
_HERE, _STANDARD = os.path.dirname(__file__), os.path.dirname(threading.__file__)
LIBRARY = frozenset(
    {
        *(contextlib.__file__, threading.__file__),
        *(os.path.join(_HERE, name) for name in ("condition.py", "event.py", "semaphore.py", "adopt.py")),
        *(
            os.path.join(_STANDARD, *name.split("/"))
            for name in (
                *("queue.py", "sched.py", "socketserver.py", "logging/__init__.py", "logging/handlers.py"),
                *("concurrent/futures/_base.py", "concurrent/futures/thread.py", "concurrent/futures/process.py"),
                *("multiprocessing/pool.py", "multiprocessing/queues.py"),
            )
        ),
    }
)

# Functions whose caller may have to be looked at, too: those, and the constructors that dataclasses write.
ELSEWHERE = COMPREHENSIONS | {"__init__"}

Binding = tuple[Places, "str | None"]

# A primitive's identity: a serial number that is never reused; its kind; the name that its maker gave it, or None; the
# variable or attribute to which rewritten code bound it first, or None; where it was made: code, and the offset of the
# instruction; and where it was bound, as ``binding.bound_name`` takes it, if that is not the same place, else None. An
# exact tuple of atoms and such tuples, as entries of the record must be.
Mark = tuple[int, str, "str | None", "str | None", CodeType, int, "Binding | None"]

next_serial = itertools.count(1).__next__  # for primitives and threads alike


def new_mark(kind: str, given: str | None, frame: FrameType, binding: Binding | None = None) -> Mark:
    """The mark of a new primitive that was made in `frame`."""
    return (next_serial(), kind, None if given is None else str(given), None, frame.f_code, frame.f_lasti, binding)


def name_of(mark: Mark) -> str:
    """The given name, else the variable or attribute it is bound to, else the creation site ("bank.py:12")."""
    _, _, given, found, code, offset, binding = mark
    if given or found:
        return given or found or ""
    places, owner = binding or (((code, offset),), None)
    return bound_name(places, owner) or Site(code.co_filename, line_of(code, offset), "", "").short()


def mark_of(face: Any, own: Any, given: str | None, frame: FrameType) -> Mark:
    """The mark of a new primitive, wherever it was made: in a constructor, in a comprehension, or of a user's class.

    Args:
        face: the object under construction.
        own: the kit's own class of it.
        given: the name that its maker gave it, or None.
        frame: the caller of the primitive's own ``__init__``.
    """
    code = frame.f_code
    if type(face) is not own:  # the constructors of its class are no part of the place where it was made
        while code.co_argcount and frame.f_locals.get(code.co_varnames[0]) is face and frame.f_back is not None:
            frame = frame.f_back
            code = frame.f_code
    if code.co_name not in ELSEWHERE:
        return new_mark(own.kind, given, frame)
    binding: Binding | None = None
    if code.co_name in COMPREHENSIONS:
        binding = (_run_at(frame), None)
    elif _is_generated(code):
        # It has no place in the user's source. It names the attributes none the less.
        owner = type.__getattribute__(type(frame.f_locals[code.co_varnames[0]]), "__name__")
        binding = (((code, frame.f_lasti),), owner)
        while frame.f_back is not None and _is_generated(frame.f_code):
            frame = frame.f_back
    return new_mark(own.kind, given, frame, binding)


def _is_generated(code: CodeType) -> bool:
    """True for the constructor that a decorator wrote: that of dataclasses, or that of attrs."""
    written = code.co_name == "__init__" and code.co_filename.startswith(("<string>", "<attrs generated"))
    return written and code.co_argcount > 0


def _run_at(frame: FrameType) -> Places:
    """The place in a comprehension that is a function of its own, and the places at which it and others were run."""
    places = [(frame.f_code, frame.f_lasti)]
    while frame.f_code.co_name in COMPREHENSIONS and frame.f_back is not None:
        frame = frame.f_back
        places.append((frame.f_code, frame.f_lasti))
    return tuple(places)


def outside(frame: FrameType) -> FrameType:
    """The nearest caller that is not in the standard library's own threading code; `frame` where there is none."""
    caller: FrameType | None = frame
    while caller is not None and caller.f_code.co_filename in LIBRARY:
        caller = caller.f_back
    return caller or frame


def line_of(code: CodeType, offset: int) -> int:
    """The line of the instruction at `offset` (``frame.f_lasti``)."""
    for start, end, number in code.co_lines():
        if start <= offset < end and number is not None:
            return number
    return code.co_firstlineno


def site_of(code: CodeType, offset: int) -> Site:
    """The source site of the instruction at `offset` (``frame.f_lasti``)."""
    line = line_of(code, offset)
    return Site(code.co_filename, line, code.co_name, linecache.getline(code.co_filename, line).strip())
