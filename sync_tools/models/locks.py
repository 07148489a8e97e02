"""Models of ``threading.Lock`` and ``threading.RLock``: each blocking operation is one guarded action of a world.

Made outside of a scenario, these classes give the standard library's own objects, so that threads which are not the
scenario's (a logger's, a test runner's) never meet a model.
"""

from __future__ import annotations

import threading
from typing import Any

from sync_tools.seams import real
from sync_tools.seams.world import current
from sync_tools.words.operations import SYNC, Access, identity

RealLock = real.Lock
RealRLock = real.RLock

OUTSIDE = -1  # owner of a lock that was already held when the scenario began


def _check_timeout(blocking: bool, timeout: float) -> float | None:
    """CPython's argument checks; returns the time-out, None for ever."""
    if timeout != -1 and not (blocking and 0 <= timeout <= threading.TIMEOUT_MAX):
        RealLock().acquire(blocking, timeout)  # it raises, in the words of this Python version
    return None if timeout == -1 else timeout


class Lock:
    """A model of ``threading.Lock``; any thread may release it.

    Attributes:
        owner: identity of the thread that took it, or None. Invariant: None exactly when it is free.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealLock()
        return object.__new__(cls)

    def __init__(self) -> None:
        world = current()
        assert world is not None
        self.world: Any = world
        self.owner: int | None = None
        self._sl_name: str | None = None

    def access(self, mode: str) -> Access:
        """This lock, as a location that an operation on something else touches too."""
        return ((identity(self), SYNC), mode)

    @property
    def holder(self) -> int | None:
        """Number of the thread that holds it, for explaining a deadlock; None when none of the scenario does."""
        return None if self.owner is None or self.owner == OUTSIDE else self.owner - 1000

    def free(self) -> bool:
        """The guard of taking it."""
        return self.owner is None

    def take(self) -> bool:
        """The effect of taking it."""
        self.owner = self.world.ident()
        self.world.took(self)
        return True

    def give(self) -> None:
        """The effect of giving it back."""
        if self.owner is None:
            raise RuntimeError("release unlocked lock")
        owner, self.owner = self.owner, None
        self.world.gave(self, owner)

    def _try(self) -> bool:
        return self.take() if self.free() else False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As ``threading.Lock.acquire``."""
        limit = _check_timeout(blocking, timeout)
        if not blocking:
            return bool(self.world.perform("try", self, self._try, mode="T"))
        mode = "A" if limit is None else "T"
        return bool(self.world.perform("acquire", self, self.take, self.free, limit, mode))

    def release(self) -> None:
        """As ``threading.Lock.release``."""
        self.world.perform("release", self, self.give, mode="L")

    def locked(self) -> bool:
        """As ``threading.Lock.locked``."""
        return bool(self.world.perform("locked", self, lambda: self.owner is not None, mode="R"))

    __enter__ = acquire

    def __exit__(self, *exc: object) -> None:
        self.release()

    # What a Condition needs of its lock.
    def _is_owned(self) -> bool:
        return self.owner is not None

    def _release_save(self) -> Any:
        self.give()

    def _acquire_restore(self, state: Any) -> None:
        self.take()

    def __repr__(self) -> str:
        state = "unlocked" if self.owner is None else "locked"
        return f"<{state} _thread.{self._details()} at {self._sl_name or hex(id(self))}>"

    def _details(self) -> str:
        return "lock object"


class RLock(Lock):
    """A model of ``threading.RLock``. Taking it again by its owner can be seen by nobody, so it is no operation."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealRLock()
        return object.__new__(cls)

    def __init__(self) -> None:
        super().__init__()
        self.count = 0  # invariant: 0 exactly when owner is None

    def _is_owned(self) -> bool:
        return bool(self.owner == self.world.ident())

    def take(self) -> bool:
        self.count = 1
        return super().take()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As ``threading.RLock.acquire``."""
        if self._is_owned():
            _check_timeout(blocking, timeout)
            self.count += 1
            return True
        return super().acquire(blocking, timeout)

    __enter__ = acquire

    def release(self) -> None:
        """As ``threading.RLock.release``."""
        if not self._is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        if self.count > 1:
            self.count -= 1
            return
        super().release()

    def give(self) -> None:
        self.count = 0
        super().give()

    def _release_save(self) -> Any:
        count = self.count
        self.give()
        return count

    def _acquire_restore(self, state: Any) -> None:
        self.take()
        self.count = state

    def _recursion_count(self) -> int:
        return self.count if self._is_owned() else 0

    def _details(self) -> str:
        return f"RLock object owner={self.owner or 0} count={self.count}"
