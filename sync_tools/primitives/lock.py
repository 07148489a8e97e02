"""Lock and RLock."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from sys import _getframe
from types import FrameType
from typing import Any

from sync_tools.primitives import fast, record, watch
from sync_tools.primitives.face import Face, acquire, release
from sync_tools.primitives.looks import lock_looks
from sync_tools.primitives.tag import Mark
from sync_tools.seams.world import here


class Holdable(Face):
    """What Lock, RLock and Condition have in common: recorded ``with`` blocks of a lock."""

    __slots__ = ("_enter", "_exit", "_let_go", "_lock_mark", "_taken", "_try")

    # Bound methods of the inner object: looking them up costs more than an uncontended acquisition.
    _enter: Callable[..., Any]
    _exit: Callable[..., Any]
    _try: Callable[..., bool]
    _let_go: Callable[[], Any]
    # Whose acquisitions are recorded.
    _lock_mark: Mark | None
    # The entry by which the present holder acquired it, where that was recorded. Set and cleared by the holder alone.
    # It may be of a recording that has ended since, so the reader compares its time with the recording's beginning.
    _taken: record.Full | None

    def _set_up_lock(self, inner: Any, taking: Any) -> None:
        """Bind the methods of `inner`, and of `taking`, which is the same or the lock inside of it."""
        self._enter = inner.__enter__
        self._exit = inner.__exit__
        self._try = taking.acquire
        self._let_go = taking.release
        self._taken = None

    def _set_mark(self, mark: Mark) -> None:
        if self._lock_mark is self._mark:  # a lock, or a condition with a lock of its own
            self._lock_mark = mark
        self._mark = mark


class _AnyLock(Holdable):
    """What Lock and RLock have in common: everything but the inner object."""

    __slots__ = ()

    _lock_mark: Mark

    def _bind(self, inner: Any) -> None:
        self._lock_mark = self._mark
        self._set_up_lock(inner, inner)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Wait for the lock and take it.

        Args:
            blocking: False means do not wait.
            timeout: seconds to wait at most; -1 means for ever.

        Returns:
            True when the lock was taken.

        Raises:
            ValueError: a timeout for a call that does not wait, or a negative one other than -1.
            OverflowError: a timeout over ``threading.TIMEOUT_MAX``.
        """
        if not watch.on:
            return self._try(blocking, timeout)
        forever = bool(blocking) and timeout == -1
        jot = watch.jot
        if jot is not None and blocking is True and timeout == -1 and self._try(False):
            self._taken = jot(record.TAKEN, self._mark, _getframe(1))
            return True
        world = here.world
        inner = self._at(world)
        if not watch.logs:
            return inner.acquire(blocking, timeout)  # type: ignore[no-any-return]
        return acquire(  # type: ignore[no-any-return]
            inner.acquire, self._mark, _getframe(1), blocking, timeout,
            forever=forever, try_first=world is None and blocking is True, holder=self,
        )  # fmt: skip

    def release(self) -> None:
        """Give the lock back.

        Raises:
            RuntimeError: it is not held (a Lock), or not by this thread (an RLock).
        """
        if not watch.on:
            self._let_go()
        else:
            self._leave(_getframe(1))

    def __enter__(self) -> bool:
        return self._go_in(_getframe(1))

    def __exit__(self, *exception: Any) -> None:
        self._leave(_getframe(1))

    def _go_in(self, frame: FrameType) -> bool:
        world = here.world
        inner = self._at(world)
        if not watch.logs:
            return inner.acquire()  # type: ignore[no-any-return]
        return acquire(  # type: ignore[no-any-return]
            inner.acquire, self._mark, frame, forever=True, try_first=world is None, holder=self
        )

    def _leave(self, frame: FrameType, *exception: Any) -> None:
        taken, self._taken = self._taken, None
        if watch.jot is not None:
            release(self._let_go, self._mark, frame, taken=taken)
            return
        inner = self._at(here.world)
        if watch.logs:
            release(inner.release, self._mark, frame, taken=taken)
        else:
            inner.release()

    def _looks(self, title: str, inner: Any) -> tuple[str, str]:
        state, owner = lock_looks(inner)
        return f"{state} {title} object", owner


class Lock(_AnyLock):
    """A mutual exclusion lock: ``threading.Lock`` that can be recorded.

    Args:
        name: what reports call it; without it, the variable it is bound to or the place where it was made.
    """

    __slots__ = ()
    kind = "Lock"

    def __init__(self, *, name: str | None = None) -> None:
        inner = threading.Lock()
        self._set_up(inner, name)
        self._bind(inner)

    def locked(self) -> bool:
        """True while somebody holds it."""
        return self._now().locked()  # type: ignore[no-any-return]

    # Their names in the module `thread`, which locks still have.
    acquire_lock = _AnyLock.acquire
    release_lock = _AnyLock.release
    locked_lock = locked


class RLock(_AnyLock):
    """A lock that its holder may take again: ``threading.RLock`` that can be recorded.

    Args:
        args, kwargs: whatever ``threading.RLock`` takes on this Python; until 3.14 it ignores all arguments.
        name: what reports call it; without it, the variable it is bound to or the place where it was made.
    """

    __slots__ = ()
    kind = "RLock"

    def __init__(self, *args: Any, name: str | None = None, **kwargs: Any) -> None:
        inner = threading.RLock(*args, **kwargs)
        self._set_up(inner, name)
        self._bind(inner)

    if sys.version_info >= (3, 14):

        def locked(self) -> bool:
            """True while somebody holds it."""
            return self._now().locked()  # type: ignore[no-any-return]

    # The protocol by which a plain threading.Condition puts down all levels of a re-entrant lock.

    def _is_owned(self) -> bool:
        return self._now()._is_owned()  # type: ignore[no-any-return]

    def _release_save(self) -> Any:
        inner = self._now()
        if watch.logs and inner._is_owned():
            self._taken = None
            record.note(record.PUT_DOWN, self._mark, _getframe(1))
        return inner._release_save()

    def _acquire_restore(self, state: Any) -> None:
        self._now()._acquire_restore(state)
        if watch.logs:
            self._taken = None
            record.note(record.TAKEN_UP, self._mark, _getframe(1))


watch.speed_up(_AnyLock, {"__enter__": "_enter", "__exit__": "_exit"}, fast.blocks)
