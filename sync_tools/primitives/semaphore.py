"""Semaphore and BoundedSemaphore."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from sys import _getframe
from types import FrameType
from typing import Any

from sync_tools.primitives import fast, watch
from sync_tools.primitives.face import Face, acquire, overrides, release
from sync_tools.primitives.looks import permits_of, waiting
from sync_tools.primitives.record import REFUSED, RELEASED, TAKEN
from sync_tools.seams.world import here


class Semaphore(Face):
    """A counter of permits: ``threading.Semaphore`` that can be recorded.

    Args:
        value: how many permits there are at first.
        name: what reports call it; without it, the variable it is bound to or the place where it was made.

    Raises:
        ValueError: `value` is negative.
    """

    __slots__ = ("__dict__", "_sl_acquire", "_sl_enter", "_sl_exit", "_sl_release", "_sl_releases_otherwise")
    kind = "Semaphore"

    def __init__(self, value: int = 1, *, name: str | None = None) -> None:
        inner = self._sl_make(value)
        self._sl_set_up(inner, name)
        self._sl_acquire: Callable[..., bool] = inner.acquire
        self._sl_enter: Callable[..., bool] = inner.acquire
        self._sl_release: Callable[..., None] = inner.release
        self._sl_exit: Callable[..., None] = inner.__exit__
        # Leaving a block calls a subclass' own release, as in threading.
        self._sl_releases_otherwise = overrides(self, Semaphore, "release")
        if self._sl_releases_otherwise:
            self._sl_exit = functools.partial(_exit_by_release, self)

    @staticmethod
    def _sl_make(value: int) -> Any:
        return threading.Semaphore(value)

    def _sl_looks(self, title: str, inner: Any) -> tuple[str, str]:
        return title, f"{permits_of(inner)}{waiting(inner)}"

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take a permit.

        Args:
            blocking: False means do not wait.
            timeout: seconds to wait at most; None means for ever.

        Returns:
            True when a permit was taken.

        Raises:
            ValueError: a timeout for a call that does not wait.
        """
        if not watch.on:
            return self._sl_acquire(blocking, timeout)
        forever = bool(blocking) and timeout is None
        jot = watch.jot_two
        if jot is not None and blocking is True and timeout is None and self._sl_acquire(False):
            jot(TAKEN, self._sl_mark, _getframe(1))
            return True
        world = here.world
        inner = self._sl_at(world)
        if not watch.logs:
            return inner.acquire(blocking, timeout)  # type: ignore[no-any-return]
        return acquire(  # type: ignore[no-any-return]
            inner.acquire, self._sl_mark, _getframe(1), blocking, timeout,
            forever=forever, try_first=world is None and blocking is True,
        )  # fmt: skip

    def release(self, n: int = 1) -> None:
        """Give `n` permits back.

        Raises:
            ValueError: `n` is less than 1, or (BoundedSemaphore) there would be more permits than at first.
        """
        if not watch.on:
            self._sl_release(n)
            return
        jot = watch.jot
        if jot is not None:
            jot(RELEASED, self._sl_mark, _getframe(1))
            try:
                self._sl_release(n)
            except Exception:
                jot(REFUSED, self._sl_mark, _getframe(1))
                raise
            return
        inner = self._sl_at(here.world)
        if watch.logs:
            release(inner.release, self._sl_mark, _getframe(1), n)
        else:
            inner.release(n)

    def __enter__(self) -> bool:
        return self._sl_go_in(_getframe(1))

    def __exit__(self, *exception: Any) -> None:
        if self._sl_releases_otherwise:
            self.release()
        else:
            self._sl_leave(_getframe(1))

    def _sl_go_in(self, frame: FrameType) -> bool:
        world = here.world
        inner = self._sl_at(world)
        if not watch.logs:
            return inner.acquire()  # type: ignore[no-any-return]
        return acquire(  # type: ignore[no-any-return]
            inner.acquire, self._sl_mark, frame, forever=True, try_first=world is None
        )

    def _sl_leave(self, frame: FrameType) -> None:
        inner = self._sl_at(here.world)
        if watch.logs:
            release(inner.release, self._sl_mark, frame)
        else:
            inner.release()


class BoundedSemaphore(Semaphore):
    """A semaphore that refuses to hold more permits than at first: ``threading.BoundedSemaphore``, recordable.

    Args:
        value: how many permits there are at first, and at most.
        name: what reports call it; without it, the variable it is bound to or the place where it was made.

    Raises:
        ValueError: `value` is negative.
    """

    __slots__ = ()
    kind = "BoundedSemaphore"

    @staticmethod
    def _sl_make(value: int) -> Any:
        return threading.BoundedSemaphore(value)


def _exit_by_release(face: Semaphore, *exception: Any) -> None:
    """Leave a ``with`` block by a subclass' own ``release``, as in ``threading``."""
    face.release()


watch.speed_up(Semaphore, {"__enter__": "_sl_enter", "__exit__": "_sl_exit"}, fast.permits)
