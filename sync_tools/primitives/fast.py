"""``with`` blocks while exactly one recording is open and no scenario has run: written out, for speed.

These are the general ``__enter__`` and ``__exit__`` with everything decided beforehand, at about half of the cost.
Measured on CPython 3.12 and 3.13, over a third of what is left is the call of two Python functions and of the lock; the
rest is the frame (for the site), the clock, the thread's label, the entry and its count, in about equal parts. Leaving
takes place, thread and site from the acquisition's own entry, which the lock keeps meanwhile.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from sys import _getframe
from time import perf_counter
from typing import Any

from sync_tools.primitives import record, watch
from sync_tools.primitives.record import RELEASED, TAKEN, Entry, Sink, me
from sync_tools.primitives.tag import LIBRARY
from sync_tools.seams import real

# What calls a lock's __enter__ for the user; the general method looks further up for the place.
_ENTER_CONTEXT = contextlib.ExitStack.enter_context.__code__
_CONDITION_ENTER = real.Condition.__enter__.__code__


def blocks(sink: Sink) -> tuple[dict[str, Callable[..., Any]], Callable[[], None]]:
    """Make ``__enter__`` and ``__exit__`` that append to one recording.

    Args:
        sink: of that recording.

    Returns:
        The methods by name; and what is to be called when the recording closes, or is no longer alone. Somebody may
        have kept the methods (``contextlib.ExitStack`` does), and from then on they ask who records.
    """
    append, count_one, count_two = sink

    def __enter__(self: Any) -> Any:
        if self._sl_try(False):
            frame = _getframe(1)
            code = frame.f_code
            if code is not _ENTER_CONTEXT and code is not _CONDITION_ENTER:
                self._sl_taken = entry = (TAKEN, self._sl_lock_mark, me.label, code, frame.f_lasti, perf_counter())
                append(entry)
                count_two()
                return True
            self._sl_let_go()
        return self._sl_go_in(_getframe(1))

    def enter_adopted(self: Any) -> Any:
        if self._sl_try(False):
            frame = _getframe(1)
            code = frame.f_code
            if code.co_filename not in LIBRARY:
                self._sl_taken = entry = (TAKEN, self._sl_lock_mark, me.label, code, frame.f_lasti, perf_counter())
                append(entry)
                count_two()
                return True
            self._sl_let_go()
        return self._sl_go_in(_getframe(1))

    def __exit__(self: Any, kind: Any = None, error: Any = None, traceback: Any = None) -> Any:
        entry = self._sl_taken
        if entry is None:
            return self._sl_leave(_getframe(1), kind, error, traceback)
        self._sl_taken = None
        append((entry, perf_counter()))
        count_one()
        try:
            self._sl_let_go()
        except Exception:  # not held by this thread: the entry just made is taken back by this one
            record.note(record.REFUSED, self._sl_lock_mark, _getframe(1))
            raise

    def retire() -> None:
        nonlocal append
        append = _to_all_but_counted(sink)

    return {"__enter__": enter_adopted if watch.adopted else __enter__, "__exit__": __exit__}, retire


def permits(sink: Sink) -> tuple[dict[str, Callable[..., Any]], Callable[[], None]]:
    """The same for semaphores, which many threads hold at once."""
    append, count_one, count_two = sink

    def __enter__(self: Any) -> Any:
        frame = _getframe(1)
        if frame.f_code.co_filename in LIBRARY or not self._sl_acquire(False):
            return self._sl_go_in(frame)
        append((TAKEN, self._sl_mark, me.label, frame.f_code, frame.f_lasti, perf_counter()))
        count_two()
        return True

    def __exit__(self: Any, kind: Any = None, error: Any = None, traceback: Any = None) -> Any:
        frame = _getframe(1)
        if self._sl_releases_otherwise:
            return self.release()
        if frame.f_code.co_filename in LIBRARY:
            return self._sl_leave(frame)
        append((RELEASED, self._sl_mark, me.label, frame.f_code, frame.f_lasti, perf_counter()))
        count_one()
        try:
            self._sl_release()
        except Exception:  # over the bound: the entry just made is taken back by this one
            record.note(record.REFUSED, self._sl_mark, frame)
            raise

    def retire() -> None:
        nonlocal append
        append = _to_all_but_counted(sink)

    return {"__enter__": __enter__, "__exit__": __exit__}, retire


def _to_all_but_counted(own: Sink) -> Callable[[Any], None]:
    """What appends to all open recordings, and counts for all but `own`: that count is the caller's next step.

    A thread may be just between the two when the methods retire, and must neither count twice nor not at all.
    """

    def append(entry: Entry) -> None:
        double = len(entry) != 2 and entry[0] == TAKEN
        for sink in watch.logs:
            sink[0](entry)
            if sink is not own:
                (sink[2] if double else sink[1])()

    return append
