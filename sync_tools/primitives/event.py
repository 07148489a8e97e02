"""Event."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

from sync_tools.primitives import record, watch
from sync_tools.primitives.face import Face, release
from sync_tools.primitives.looks import flag_of, waiting
from sync_tools.seams.world import here


class Event(Face):
    """A flag that threads can wait for: ``threading.Event`` that can be recorded.

    A recording has each "set" before the "notified" of those whom it woke, and each "clear" after it was done.

    Args:
        name: what reports call it; without it, the variable it is bound to or the place where it was made.
    """

    __slots__ = ("__dict__", "_clear", "_is_set", "_set", "_wait")
    kind = "Event"

    def __init__(self, *, name: str | None = None) -> None:
        inner = threading.Event()
        self._set_up(inner, name)
        self._is_set: Callable[[], bool] = inner.is_set
        self._set: Callable[[], None] = inner.set
        self._clear: Callable[[], None] = inner.clear
        self._wait: Callable[..., bool] = inner.wait

    def _looks(self, title: str, inner: Any) -> tuple[str, str]:
        return title, f"{'set' if flag_of(inner) else 'unset'}{waiting(inner)}"

    def is_set(self) -> bool:
        """True when the flag is set."""
        if not watch.on:
            return self._is_set()
        return self._at(here.world).is_set()  # type: ignore[no-any-return]

    def isSet(self) -> bool:
        """An old name of :meth:`is_set`."""
        warnings.warn("isSet() is deprecated, use is_set() instead", DeprecationWarning, stacklevel=2)
        return self.is_set()

    def set(self) -> None:
        """Set the flag and wake all who wait for it."""
        if not watch.on:
            self._set()
            return
        jot = watch.jot
        if jot is not None:
            jot(record.SET, self._mark, sys._getframe(1))
            self._set()
            return
        inner = self._at(here.world)
        if watch.logs:
            release(inner.set, self._mark, sys._getframe(1), happening=record.SET)
        else:
            inner.set()

    def clear(self) -> None:
        """Reset the flag: from now on ``wait`` waits again."""
        if not watch.on:
            self._clear()
            return
        jot = watch.jot
        if jot is not None:
            self._clear()
            jot(record.CLEAR, self._mark, sys._getframe(1))
            return
        self._at(here.world).clear()
        if watch.logs:
            record.note(record.CLEAR, self._mark, sys._getframe(1))

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the flag is set.

        Args:
            timeout: seconds; None means for ever.

        Returns:
            False when the time ran out first.
        """
        if not watch.on:
            return self._wait(timeout)
        frame = sys._getframe(1)
        jot = watch.jot
        if jot is not None and self._is_set():
            jot(record.NOTIFIED_AT_ONCE, self._mark, frame)
            return True
        world = here.world
        inner = self._at(world)
        if not watch.logs:
            return inner.wait(timeout)  # type: ignore[no-any-return]
        if world is None and inner.is_set():
            record.note(record.NOTIFIED_AT_ONCE, self._mark, frame)
            return True
        record.note(record.WAIT, self._mark, frame)
        outcome = record.INTERRUPTED
        try:
            woken: bool = inner.wait(timeout)
            outcome = record.NOTIFIED if woken else record.TIMED_OUT
            return woken
        finally:
            record.note(outcome, self._mark, frame)
