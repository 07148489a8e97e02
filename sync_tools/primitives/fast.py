"""Entering and leaving a lock while exactly one recording is open and no scenario has run: written out, for speed.

These two are the general methods of :mod:`sync_tools.primitives.lock` with everything decided beforehand. They cost
about half of those. Measured on CPython 3.10 to 3.13: half of what is left is the call of two Python functions and of
the lock itself, the rest the frame (for the site), the clock, the thread's label, the entry and its count, in about
equal parts. Leaving takes place, thread and site from the acquisition's own entry, which the lock keeps meanwhile.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from sys import _getframe
from time import perf_counter
from typing import Any

from sync_tools.primitives import record
from sync_tools.primitives.record import TAKEN, Sink, me

# What calls a lock's __enter__ for the user; the general method looks further up for the place.
_ENTER_CONTEXT = contextlib.ExitStack.enter_context.__code__
_CONDITION_ENTER = threading.Condition.__enter__.__code__

Method = Callable[..., Any]


def maker(slow_enter: Method, slow_exit: Method) -> Callable[[Sink], tuple[Method, Method]]:
    """What makes ``__enter__`` and ``__exit__`` that append to a single recording.

    Args:
        slow_enter, slow_exit: do the same in all other cases; they get the lock and the caller's frame.
    """

    def make(sink: Sink) -> tuple[Method, Method]:
        append, count_one, count_two = sink

        def enter(self: Any) -> Any:
            if self._try(False):
                frame = _getframe(1)
                code = frame.f_code
                if code is not _ENTER_CONTEXT and code is not _CONDITION_ENTER:
                    self._taken = entry = (TAKEN, self._lock_mark, me.label, code, frame.f_lasti, perf_counter())
                    append(entry)
                    count_two()
                    return True
                self._let_go()
            return slow_enter(self, _getframe(1))

        def leave(self: Any, kind: Any, error: Any, traceback: Any) -> Any:
            entry = self._taken
            if entry is None:
                return slow_exit(self, _getframe(1))
            self._taken = None
            append((entry, perf_counter()))
            count_one()
            try:
                self._let_go()
            except Exception:  # not held by this thread: the entry just made is taken back by this one
                record.note(self._lock_mark, record.REFUSED, _getframe(1))
                raise

        return enter, leave

    return make
