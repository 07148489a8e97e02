"""Condition."""

from __future__ import annotations

import sys
import threading
import time
import warnings
from collections.abc import Callable
from sys import _getframe
from types import FrameType
from typing import Any, TypeVar

from sync_tools.primitives import fast, record, watch
from sync_tools.primitives.face import Face, acquire, overrides, release
from sync_tools.primitives.lock import Holdable, Lock, RLock, _AnyLock
from sync_tools.primitives.looks import lock_inside, seen, waiters
from sync_tools.primitives.record import NOTIFY, REFUSED
from sync_tools.primitives.tag import name_of
from sync_tools.seams.world import World, here

T = TypeVar("T")


class Condition(Holdable):
    """A condition variable: ``threading.Condition`` that can be recorded.

    Args:
        lock: any lock: an instrumented one, one of ``threading``'s, or an object with ``acquire`` and ``release``.
            None makes a re-entrant lock.
        name: what reports call it; without it, the variable it is bound to or the place where it was made.
    """

    __slots__ = (
        *("__dict__", "_sl_notifies_otherwise", "_sl_notify", "_sl_notify_all", "_sl_plain", "_sl_wait"),
        "_sl_waits_otherwise",
    )
    kind = "Condition"

    def __init__(self, lock: Any = None, *, name: str | None = None) -> None:
        unchanged = _is_unchanged(lock)
        inner = threading.Condition(lock._sl_at(here.world) if unchanged else lock)
        self._sl_set_up(inner, name)
        # Entering the condition is recorded as taking its lock, so that two conditions over one lock are seen to
        # exclude each other. None: the lock records it itself.
        self._sl_lock_mark = lock._sl_mark if unchanged else None if isinstance(lock, Face) else self._sl_mark
        self._sl_plain = lock is None or unchanged
        self._sl_set_up_lock(inner)
        if not self._sl_plain:
            self._sl_try = _refuse  # `fast` must not try: a lock of the user's own need not know how
        # A subclass' own wait and notify are called by wait_for and notify_all, as in threading.
        self._sl_waits_otherwise = overrides(self, Condition, "wait")
        self._sl_notifies_otherwise = overrides(self, Condition, "notify")
        self._sl_wait: Callable[..., bool] = inner.wait
        self._sl_notify: Callable[..., None] = inner.notify
        self._sl_notify_all: Callable[..., None] = inner.notify_all

    def acquire(self, *args: Any, **kwargs: Any) -> Any:
        """Take the lock; arguments and result are those of the lock's ``acquire``."""
        world = here.world if watch.on else None
        return self._sl_acquire(world, _getframe(1), *args, **kwargs)

    def _sl_acquire(self, world: World | None, frame: FrameType, *args: Any, **kwargs: Any) -> Any:
        inner = self._sl_at(world)
        mark = self._sl_lock_mark
        if not watch.logs or mark is None:
            return inner.acquire(*args, **kwargs)
        blocking = args[0] if args else kwargs.get("blocking", True)
        timeout = args[1] if len(args) > 1 else kwargs.get("timeout", -1)
        forever = bool(blocking) and timeout in (-1, None)
        holder = self if self._sl_plain else None
        # With any other arguments the lock's own acquire must see them first: they may be wrong.
        try_first = world is None and self._sl_plain and not kwargs and args in ((), (True,))
        return acquire(inner.acquire, mark, frame, *args, forever=forever, try_first=try_first, holder=holder, **kwargs)

    def release(self) -> None:
        """Give the lock back.

        Raises:
            RuntimeError: the lock is not held.
        """
        self._sl_release(_getframe(1))

    def _sl_release(self, frame: FrameType) -> None:
        inner = self._sl_now()
        taken, self._sl_taken = self._sl_taken, None
        if watch.logs and self._sl_lock_mark is not None:
            release(inner.release, self._sl_lock_mark, frame, taken=taken)
        else:
            inner.release()

    def __enter__(self) -> Any:
        return self._sl_go_in(_getframe(1))

    def __exit__(self, *exception: Any) -> Any:
        return self._sl_leave(_getframe(1), *exception)

    def _sl_go_in(self, frame: FrameType) -> Any:
        world = here.world
        mark = self._sl_lock_mark
        if not watch.logs or mark is None:
            return self._sl_at(world).__enter__()
        if self._sl_plain:
            return self._sl_acquire(world, frame)
        enter = self._sl_at(world).__enter__  # a lock of the user's own may do more there than acquire
        return acquire(enter, mark, frame, forever=True, try_first=False, entering=True)

    def _sl_leave(self, frame: FrameType, *exception: Any) -> Any:
        if self._sl_plain and watch.logs:
            self._sl_release(frame)
            return None
        leave = self._sl_at(here.world).__exit__
        if not watch.logs or self._sl_lock_mark is None:
            return leave(*exception)
        return release(leave, self._sl_lock_mark, frame, *exception)

    def wait(self, timeout: float | None = None) -> bool:
        """Put the lock down, wait for a notification, take the lock up again.

        Args:
            timeout: seconds; None means for ever.

        Returns:
            False when the time ran out first.

        Raises:
            RuntimeError: the lock is not held.
        """
        if not watch.on:
            return self._sl_wait(timeout)
        world = here.world
        inner = self._sl_at(world)
        if not watch.logs or (world is None and not inner._is_owned()):
            return inner.wait(timeout)  # type: ignore[no-any-return]
        frame = _getframe(1)
        self._sl_note_wait(frame)
        outcome = record.INTERRUPTED
        try:
            woken: bool = inner.wait(timeout)
            outcome = record.NOTIFIED if woken else record.TIMED_OUT
            return woken
        finally:
            self._sl_note_woken(frame, outcome)

    def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
        """Wait until `predicate()` is true; it is called with the lock held.

        Args:
            predicate: the condition waited for.
            timeout: seconds in all; None means for ever.

        Returns:
            What `predicate` returned last, false when the time ran out.

        Raises:
            RuntimeError: the lock is not held.
        """
        if self._sl_waits_otherwise:
            return _wait_for_by_wait(self, predicate, timeout)
        world = here.world if watch.on else None
        inner = self._sl_at(world)
        if not watch.logs or (world is None and not inner._is_owned()):
            return inner.wait_for(predicate, timeout)  # type: ignore[no-any-return]
        frame = _getframe(1)
        waiting = False

        def watched() -> T:
            # Called, with the lock held, before the first wait and after each: the only places where one can look.
            nonlocal waiting
            if waiting:
                waiting = False
                self._sl_note_woken(frame, record.NOTIFIED)
            result = predicate()
            if not result:
                waiting = True
                self._sl_note_wait(frame)
            return result

        outcome = record.INTERRUPTED
        try:
            result: T = inner.wait_for(watched, timeout)
            outcome = record.TIMED_OUT
            return result
        finally:
            if waiting:
                self._sl_note_woken(frame, outcome)

    def _sl_note_wait(self, frame: FrameType) -> None:
        self._sl_taken = None
        record.note(record.WAIT, self._sl_mark, frame)
        if self._sl_lock_mark is not None:
            record.note(record.PUT_DOWN, self._sl_lock_mark, frame)

    def _sl_note_woken(self, frame: FrameType, outcome: str) -> None:
        record.note(outcome, self._sl_mark, frame)
        if self._sl_lock_mark is not None:
            record.note(record.TAKEN_UP, self._sl_lock_mark, frame)

    def notify(self, n: int = 1) -> None:
        """Wake at most `n` threads that wait.

        Raises:
            RuntimeError: the lock is not held.
        """
        if not watch.on:
            self._sl_notify(n)
            return
        jot = watch.jot
        if jot is not None:
            jot(NOTIFY, self._sl_mark, _getframe(1))
            try:
                self._sl_notify(n)
            except Exception:
                jot(REFUSED, self._sl_mark, _getframe(1))
                raise
            return
        inner = self._sl_at(here.world)
        if watch.logs:
            release(inner.notify, self._sl_mark, _getframe(1), n, happening=NOTIFY)
        else:
            inner.notify(n)

    def notify_all(self) -> None:
        """Wake all threads that wait.

        Raises:
            RuntimeError: the lock is not held.
        """
        if self._sl_notifies_otherwise:
            _notify_all_by_notify(self)
            return
        if not watch.on:
            self._sl_notify_all()
            return
        jot = watch.jot
        if jot is not None:
            jot(NOTIFY, self._sl_mark, _getframe(1))
            try:
                self._sl_notify_all()
            except Exception:
                jot(REFUSED, self._sl_mark, _getframe(1))
                raise
            return
        inner = self._sl_at(here.world)
        if watch.logs:
            release(inner.notify_all, self._sl_mark, _getframe(1), happening=NOTIFY)
        else:
            inner.notify_all()

    def notifyAll(self) -> None:
        """An old name of :meth:`notify_all`."""
        warnings.warn("notifyAll() is deprecated, use notify_all() instead", DeprecationWarning, stacklevel=2)
        self.notify_all()

    def _sl_looks(self, title: str, inner: Any) -> tuple[str, str]:
        lock = seen(inner._lock)
        if isinstance(lock, Face):
            text = Face.__repr__(lock)
        else:
            mark = self._sl_lock_mark
            text = lock_inside(lock, None if mark is None or mark[0] == self._sl_mark[0] else name_of(mark))
        return title, f"lock={text}, waiters={waiters(inner)}"


def _refuse(blocking: bool) -> bool:
    return False


def _is_unchanged(lock: Any) -> bool:
    """True for an instrumented lock whose inner object may be used directly: no subclass does more on acquiring it."""
    return isinstance(lock, (Lock, RLock)) and all(
        getattr(type(lock), name) is getattr(_AnyLock, name) for name in ("acquire", "release", "__enter__", "__exit__")
    )


def _wait_for_by_wait(self: Condition, predicate: Callable[[], T], timeout: float | None = None) -> T:
    """``wait_for`` for a subclass with its own ``wait``."""
    world = here.world
    now = time.monotonic if world is None else world.now
    end: float | None = None
    left = timeout
    result = predicate()
    while not result:
        if left is not None and end is None:  # the first wait comes even if there is no time for it
            end = now() + left
        elif end is not None:
            left = end - now()
            if left <= 0:
                break
        self.wait(left)
        result = predicate()
    return result


def _notify_all_by_notify(self: Condition) -> None:
    """``notify_all`` for a subclass with its own ``notify``."""
    waiters = getattr(self._sl_now(), "_waiters", None)  # a world's model need not have them
    self.notify(sys.maxsize if waiters is None else len(waiters))


watch.speed_up(Condition, {"__enter__": "_sl_enter", "__exit__": "_sl_exit"}, fast.blocks)
