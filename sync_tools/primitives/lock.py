"""Lock and RLock."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from sys import _getframe
from time import perf_counter
from types import TracebackType
from typing import Any

from sync_tools.primitives import record, watch
from sync_tools.primitives.face import Face, acquire, release
from sync_tools.primitives.record import RELEASED, TAKEN, me
from sync_tools.primitives.tag import LIBRARY, outside
from sync_tools.seams.world import here


class _AnyLock(Face):
    """What Lock and RLock have in common: everything but the inner object."""

    __slots__ = ("_acquire", "_enter", "_exit", "_release")

    _acquire: Callable[..., bool]
    _enter: Callable[..., bool]
    _exit: Callable[..., None]
    _release: Callable[[], None]

    def _set_up_lock(self, inner: Any) -> None:
        # Bound once: looking them up costs more than an uncontended acquisition.
        self._acquire = self._enter = inner.acquire
        self._release = inner.release
        self._exit = inner.__exit__

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
            return self._acquire(blocking, timeout)
        world = here.world
        inner = self._at(world)
        if not watch.logs:
            return inner.acquire(blocking, timeout)  # type: ignore[no-any-return]
        forever = bool(blocking) and timeout == -1
        if forever and world is None and inner.acquire(False):
            record.note(self._tag, TAKEN, _getframe(1))
            return True
        return acquire(  # type: ignore[no-any-return]
            inner.acquire, self._tag, _getframe(1), blocking, timeout, forever=forever, try_first=world is None
        )

    def release(self) -> None:
        """Give the lock back.

        Raises:
            RuntimeError: it is not held (a Lock), or not by this thread (an RLock).
        """
        if not watch.on:
            self._release()
            return
        inner = self._at(here.world)
        if watch.logs:
            release(inner.release, self._tag, _getframe(1))
        else:
            inner.release()

    # The two commonest operations while recording have record.note() written out, and ask for the caller's world only
    # where there has been one: asking costs as much as the rest of an uncontended acquisition.

    def __enter__(self) -> bool:
        logs = watch.logs
        world = here.world if watch.worlds_seen else None
        if world is None and logs and self._acquire(False):
            frame = _getframe(1)
            if frame.f_code.co_filename in LIBRARY:
                frame = outside(frame)
            entry = (me.label, TAKEN, self._tag, frame.f_code, frame.f_lasti, perf_counter())
            for append, _, count_two in logs:
                append(entry)
                count_two()
            return True
        inner = self._at(world)
        if not logs:
            return inner.acquire()  # type: ignore[no-any-return]
        return acquire(  # type: ignore[no-any-return]
            inner.acquire, self._tag, _getframe(1), forever=True, try_first=world is None
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        logs = watch.logs
        world = here.world if watch.worlds_seen else None
        if world is None:
            if logs:
                frame = _getframe(1)
                if frame.f_code.co_filename in LIBRARY:
                    frame = outside(frame)
                entry = (me.label, RELEASED, self._tag, frame.f_code, frame.f_lasti, perf_counter())
                for append, count_one, _ in logs:
                    append(entry)
                    count_one()
            self._release()
            return
        inner = self._at(world)
        if logs:
            release(inner.release, self._tag, _getframe(1))
        else:
            inner.release()

    def __repr__(self) -> str:
        text = repr(self._inner)
        status = "locked" if text.startswith("<locked") else "unlocked"
        owner = re.search(r"owner=\S+ count=\d+ ", text)
        details = owner[0] if owner else ""
        return f"<{status} sync_tools.{self.kind} object {self.name!r} {details}at {id(self):#x}>"


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
        self._set_up_lock(inner)

    def locked(self) -> bool:
        """True while somebody holds it."""
        return self._now().locked()  # type: ignore[no-any-return]


class RLock(_AnyLock):
    """A lock that its holder may take again: ``threading.RLock`` that can be recorded.

    Args:
        name: what reports call it; without it, the variable it is bound to or the place where it was made.
    """

    __slots__ = ()
    kind = "RLock"

    def __init__(self, *, name: str | None = None) -> None:
        inner = threading.RLock()
        self._set_up(inner, name)
        self._set_up_lock(inner)

    # The protocol by which a plain threading.Condition puts down all levels of a re-entrant lock.

    def _is_owned(self) -> bool:
        return self._now()._is_owned()  # type: ignore[no-any-return]

    def _release_save(self) -> Any:
        inner = self._now()
        if watch.logs and inner._is_owned():
            record.note(self._tag, record.PUT_DOWN, _getframe(1))
        return inner._release_save()

    def _acquire_restore(self, state: Any) -> None:
        self._now()._acquire_restore(state)
        if watch.logs:
            record.note(self._tag, record.TAKEN_UP, _getframe(1))


watch.shorten(_AnyLock, "__enter__", "_enter")
watch.shorten(_AnyLock, "__exit__", "_exit")
