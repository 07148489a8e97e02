"""Places in the user's source: a table for rewritten code, a walk up the stack for everything else."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterator
from types import FrameType

from sync_tools.words.failure import NO_SITE, Site

KIT = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
# Synchronization code of the standard library: the interesting line is the one that called it.
_LIBRARY = tuple(
    os.path.join(os.path.dirname(os.__file__), name)
    for name in ("threading.py", "queue.py", "concurrent" + os.sep, "contextlib.py", "functools.py")
)

# Sites of rewritten code, by number. It only ever grows: one entry a place in the source.
_table: list[tuple[str, int, str]] = []


def add_site(file: str, line: int, function: str) -> int:
    """Register a place; its number is compiled into the rewritten code."""
    _table.append((file, line, function))
    return len(_table) - 1


def next_site() -> int:
    """The number that the next place will have."""
    return len(_table)


def same_line(one: int, other: int) -> bool:
    """True when two numbers are places on one line of one function."""
    table = _table
    return 0 <= one < len(table) and 0 <= other < len(table) and table[one] == table[other]


def site(number: int) -> Site:
    """The place with that number."""
    file, line, function = _table[number]
    return Site(file, line, function, linecache.getline(file, line).strip())


def user_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """The frames at or above `frame` that belong to the user, the innermost first."""
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith(KIT) and not name.startswith(_LIBRARY) and not name.startswith("<frozen"):
            yield frame
        frame = frame.f_back


def path_to(frame: FrameType | None) -> tuple[Site, ...]:
    """The calls in the user's code that led to `frame`, the outermost first."""
    return tuple(frame_site(found) for found in user_frames(frame))[::-1]


def frame_site(frame: FrameType | None) -> Site:
    """The first place at or above `frame` that belongs to the user."""
    for found in user_frames(frame):
        name, line = found.f_code.co_filename, found.f_lineno or 0
        return Site(name, line, found.f_code.co_name, linecache.getline(name, line).strip())
    return NO_SITE


def site_within(files: frozenset[str]) -> Site | None:
    """The innermost place of the calling thread that is in one of some files."""
    for frame in user_frames(sys._getframe(1)):
        if frame.f_code.co_filename in files:
            return frame_site(frame)
    return None


def caller_path() -> tuple[Site, ...]:
    """The calls in the user's code that led to the caller, the outermost first; never empty."""
    return path_to(sys._getframe(1)) or (NO_SITE,)


def caller_site() -> Site:
    """The innermost place in the user's code of the calling thread."""
    return frame_site(sys._getframe(1))
