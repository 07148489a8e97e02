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
from sync_tools.primitives.looks import lock_looks, owner_text
from sync_tools.primitives.record import REFUSED, RELEASED, TAKEN
from sync_tools.primitives.tag import Mark
from sync_tools.seams.world import here


class Holdable(Face):
    """What Lock, RLock and Condition have in common: recorded ``with`` blocks of a lock."""

    __slots__ = ("_sl_enter", "_sl_exit", "_sl_let_go", "_sl_lock_mark", "_sl_taken", "_sl_try", "_sl_waiting")

    # Bound methods of the inner object: looking them up costs more than an uncontended acquisition.
    _sl_enter: Callable[..., Any]
    _sl_exit: Callable[..., Any]
    _sl_try: Callable[..., bool]
    _sl_let_go: Callable[[], Any]
    # Whose acquisitions are recorded.
    _sl_lock_mark: Mark | None
    # The entry by which the present holder acquired it, where that is known. Set by the holder; cleared by whoever
    # releases it, be it in vain. It may be of a recording that has ended since, so the reader compares its time with
    # the recording's beginning.
    _sl_taken: record.Full | None
    # Threads that wait for it, as far as that is recorded.
    _sl_waiting: list[int]

    def _sl_set_up_lock(self, inner: Any) -> None:
        self._sl_enter = inner.__enter__
        self._sl_exit = inner.__exit__
        self._sl_try = inner.acquire
        self._sl_let_go = inner.release
        self._sl_taken = None
        self._sl_waiting = []

    def _sl_set_mark(self, mark: Mark) -> None:
        if self._sl_lock_mark is self._sl_mark:  # a lock, or a condition with a lock of its own
            self._sl_lock_mark = mark
        self._sl_mark = mark


class _AnyLock(Holdable):
    """What Lock and RLock have in common: everything but the inner object."""

    __slots__ = ()

    _sl_lock_mark: Mark

    def _sl_bind(self, inner: Any) -> None:
        self._sl_lock_mark = self._sl_mark
        self._sl_set_up_lock(inner)

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
        usual = blocking is True and timeout == -1
        if not watch.on:
            return self._sl_try() if usual else self._sl_try(blocking, timeout)
        jot = watch.jot_two
        if usual and jot is not None and self._sl_try(False):
            self._sl_taken = jot(TAKEN, self._sl_mark, _getframe(1))
            return True
        forever = bool(blocking) and timeout == -1
        world = here.world
        inner = self._sl_at(world)
        if not watch.logs:
            return inner.acquire(blocking, timeout)  # type: ignore[no-any-return]
        return acquire(  # type: ignore[no-any-return]
            inner.acquire, self._sl_mark, _getframe(1), blocking, timeout,
            forever=forever, try_first=world is None and blocking is True, holder=self,
        )  # fmt: skip

    def release(self) -> None:
        """Give the lock back.

        Raises:
            RuntimeError: it is not held (a Lock), or not by this thread (an RLock).
        """
        if not watch.on:
            self._sl_let_go()
            return
        jot = watch.jot
        if jot is not None:
            taken, self._sl_taken = self._sl_taken, None
            jot(RELEASED, self._sl_mark, _getframe(1), taken)
            try:
                self._sl_let_go()
            except Exception:
                jot(REFUSED, self._sl_mark, _getframe(1))
                raise
        else:
            self._sl_leave(_getframe(1))

    def __enter__(self) -> bool:
        return self._sl_go_in(_getframe(1))

    def __exit__(self, *exception: Any) -> None:
        self._sl_leave(_getframe(1))

    def _sl_go_in(self, frame: FrameType) -> bool:
        world = here.world
        inner = self._sl_at(world)
        if not watch.logs:
            return inner.acquire()  # type: ignore[no-any-return]
        return acquire(  # type: ignore[no-any-return]
            inner.acquire, self._sl_mark, frame, forever=True, try_first=world is None, holder=self
        )

    def _sl_leave(self, frame: FrameType, *exception: Any) -> None:
        taken, self._sl_taken = self._sl_taken, None
        inner = self._sl_at(here.world)
        if watch.logs:
            release(inner.release, self._sl_mark, frame, taken=taken)
        else:
            inner.release()

    def _sl_looks(self, title: str, inner: Any) -> tuple[str, str]:
        state, owner = lock_looks(inner)
        taken = self._sl_taken
        if not owner and state == "locked" and watch.logs and taken is not None and taken[5] >= watch.since:
            owner = owner_text(taken[2][1], taken[2][2])  # the lock itself does not know it, but the record does
        waiting = len(self._sl_waiting)
        return f"{state} {title} object", ", ".join(filter(None, (owner, f"waiters={waiting}" if waiting else "")))


class Lock(_AnyLock):
    """A mutual exclusion lock: ``threading.Lock`` that can be recorded.

    Args:
        name: what reports call it; without it, the variable it is bound to or the place where it was made.
    """

    __slots__ = ()
    kind = "Lock"

    def __init__(self, *, name: str | None = None) -> None:
        inner = threading.Lock()
        self._sl_set_up(inner, name)
        self._sl_bind(inner)

    def locked(self) -> bool:
        """True while somebody holds it."""
        return self._sl_now().locked()  # type: ignore[no-any-return]

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
        self._sl_set_up(inner, name)
        self._sl_bind(inner)

    if sys.version_info >= (3, 14):

        def locked(self) -> bool:
            """True while somebody holds it."""
            return self._sl_now().locked()  # type: ignore[no-any-return]

    # The protocol by which a plain threading.Condition puts down all levels of a re-entrant lock.

    def _is_owned(self) -> bool:
        return self._sl_now()._is_owned()  # type: ignore[no-any-return]

    def _release_save(self) -> Any:
        inner = self._sl_now()
        if watch.logs and inner._is_owned():
            self._sl_taken = None
            record.note(record.PUT_DOWN, self._sl_mark, _getframe(1))
        return inner._release_save()

    def _acquire_restore(self, state: Any) -> None:
        self._sl_now()._acquire_restore(state)
        if watch.logs:
            self._sl_taken = None
            record.note(record.TAKEN_UP, self._sl_mark, _getframe(1))


watch.speed_up(_AnyLock, {"__enter__": "_sl_enter", "__exit__": "_sl_exit"}, fast.blocks)
