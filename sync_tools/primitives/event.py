"""Event."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from sys import _getframe
from typing import Any

from sync_tools.primitives import record, watch
from sync_tools.primitives.face import Face, release
from sync_tools.primitives.looks import flag_of, waiting
from sync_tools.primitives.record import CLEAR, NOTIFIED_AT_ONCE, SET
from sync_tools.seams.world import here


class Event(Face):
    """A flag that threads can wait for: ``threading.Event`` that can be recorded.

    A recording has each "set" before the "notified" of those whom it woke, and each "clear" after it was done.

    Args:
        name: what reports call it; without it, the variable it is bound to or the place where it was made.
    """

    __slots__ = ("__dict__", "_sl_clear", "_sl_is_set", "_sl_set", "_sl_wait")
    kind = "Event"

    def __init__(self, *, name: str | None = None) -> None:
        inner = threading.Event()
        self._sl_set_up(inner, name)
        self._sl_is_set: Callable[[], bool] = inner.is_set
        self._sl_set: Callable[[], None] = inner.set
        self._sl_clear: Callable[[], None] = inner.clear
        self._sl_wait: Callable[..., bool] = inner.wait

    def _sl_looks(self, title: str, inner: Any) -> tuple[str, str]:
        return title, f"{'set' if flag_of(inner) else 'unset'}{waiting(inner)}"

    def is_set(self) -> bool:
        """True when the flag is set."""
        if not watch.on:
            return self._sl_is_set()
        return self._sl_at(here.world).is_set()  # type: ignore[no-any-return]

    def isSet(self) -> bool:
        """An old name of :meth:`is_set`."""
        warnings.warn("isSet() is deprecated, use is_set() instead", DeprecationWarning, stacklevel=2)
        return self.is_set()

    def set(self) -> None:
        """Set the flag and wake all who wait for it."""
        if not watch.on:
            self._sl_set()
            return
        jot = watch.jot
        if jot is not None:
            jot(SET, self._sl_mark, _getframe(1))
            self._sl_set()
            return
        inner = self._sl_at(here.world)
        if watch.logs:
            release(inner.set, self._sl_mark, _getframe(1), happening=record.SET)
        else:
            inner.set()

    def clear(self) -> None:
        """Reset the flag: from now on ``wait`` waits again."""
        if not watch.on:
            self._sl_clear()
            return
        jot = watch.jot
        if jot is not None:
            self._sl_clear()
            jot(CLEAR, self._sl_mark, _getframe(1))
            return
        self._sl_at(here.world).clear()
        if watch.logs:
            record.note(record.CLEAR, self._sl_mark, _getframe(1))

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the flag is set.

        Args:
            timeout: seconds; None means for ever.

        Returns:
            False when the time ran out first.
        """
        if not watch.on:
            return self._sl_wait(timeout)
        jot = watch.jot_two
        if jot is not None and self._sl_is_set():
            jot(NOTIFIED_AT_ONCE, self._sl_mark, _getframe(1))
            return True
        frame = _getframe(1)
        world = here.world
        inner = self._sl_at(world)
        if not watch.logs:
            return inner.wait(timeout)  # type: ignore[no-any-return]
        if world is None and inner.is_set():
            record.note(record.NOTIFIED_AT_ONCE, self._sl_mark, frame)
            return True
        record.note(record.WAIT, self._sl_mark, frame)
        outcome = record.INTERRUPTED
        try:
            woken: bool = inner.wait(timeout)
            outcome = record.NOTIFIED if woken else record.TIMED_OUT
            return woken
        finally:
            record.note(outcome, self._sl_mark, frame)
