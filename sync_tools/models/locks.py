"""Models of ``threading.Lock`` and ``threading.RLock``: each blocking operation is one guarded action of a world.

Made outside of a scenario, these classes give the standard library's own objects, so that threads which are not the
scenario's (a logger's, a test runner's) never meet a model.
"""

from __future__ import annotations

import sys
from typing import Any

from sync_tools.models.tickets import wait_on_real_lock
from sync_tools.seams import real
from sync_tools.seams.world import current
from sync_tools.words.operations import SYNC, Access, identity

RealLock = real.Lock
RealRLock = real.RLock

OUTSIDE = -1  # owner of a lock that was already held when the scenario began


def _check_timeout(blocking: bool, timeout: float) -> float | None:
    """CPython's argument checks; returns the time-out, None for ever."""
    if (blocking is True or blocking is False) and timeout == -1:
        return None
    wait_on_real_lock(blocking, timeout)
    return None if timeout < 0 else timeout  # the only negative one that is not refused


class AnyLock:
    """What the two models have in common.

    Attributes:
        owner: identity of the thread that took it, or None. Invariant: None exactly when it is free.
    """

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
        if self.owner is None:  # it fails, unless somebody takes the lock first: so it looks before it gives
            self.world.perform("release", self, self.give, mode="R", also=(self.access("L"),))
        else:
            self.world.perform("release", self, self.give, mode="L")

    def _is_taken(self) -> bool:
        return bool(self.world.perform("locked", self, lambda: self.owner is not None, mode="R"))

    __enter__ = acquire

    def __exit__(self, *exc: object) -> None:
        self.release()

    # What a Condition needs of its lock: effects, each part of an operation.

    def is_mine(self) -> bool:
        """True when the calling thread took it."""
        return bool(self.owner == self.world.ident())

    def seems_owned(self) -> bool:
        """What threading looks at before a wait or a notification: a plain lock may be anybody's."""
        return self.is_mine() or self._is_taken()

    def put_down(self) -> Any:
        """The effect of giving it back, however often it was taken; returns what taking it up again needs."""
        self.give()

    def take_up(self, state: Any) -> None:
        """The effect of taking it again, as it was."""
        self.take()

    def __repr__(self) -> str:
        state = "unlocked" if self.owner is None else "locked"
        return f"<{state} _thread.{self._details()} at {self._sl_name or hex(id(self))}>"

    def _details(self) -> str:
        raise NotImplementedError


class Lock(AnyLock):
    """A model of ``threading.Lock``; any thread may release it."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealLock()
        return object.__new__(cls)

    def locked(self) -> bool:
        """As ``threading.Lock.locked``."""
        return self._is_taken()

    # Their names in the module `thread`, which locks still have.
    acquire_lock = AnyLock.acquire
    release_lock = AnyLock.release
    locked_lock = locked

    def _details(self) -> str:
        return "lock object"


class RLock(AnyLock):
    """A model of ``threading.RLock``. Taking it again by its owner can be seen by nobody, so it is no operation.

    Args:
        args, kwargs: ignored, warned of or refused, as this Python's own does.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealRLock()
        return object.__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or kwargs:
            RealRLock(*args, **kwargs)
        super().__init__()
        self.count = 0  # invariant: 0 exactly when owner is None

    if sys.version_info >= (3, 14):

        def locked(self) -> bool:
            """As ``threading.RLock.locked``."""
            return self._is_taken()

    def take(self) -> bool:
        self.count = 1
        return super().take()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As ``threading.RLock.acquire``."""
        if self.is_mine():
            _check_timeout(blocking, timeout)
            self.count += 1
            return True
        return super().acquire(blocking, timeout)

    __enter__ = acquire

    def release(self) -> None:
        """As ``threading.RLock.release``."""
        if not self.is_mine():
            raise RuntimeError("cannot release un-acquired lock")
        if self.count > 1:
            self.count -= 1
            return
        super().release()

    def give(self) -> None:
        self.count = 0
        super().give()

    def seems_owned(self) -> bool:
        """A re-entrant lock is known to be its owner's; nobody else can change that, so looking is no operation."""
        return self.is_mine()

    def put_down(self) -> Any:
        """See :meth:`AnyLock.put_down`."""
        count = self.count
        self.give()
        return count

    def take_up(self, state: Any) -> None:
        """See :meth:`AnyLock.take_up`."""
        self.take()
        self.count = state

    # The protocol of threading's own Condition, which stands behind a subclass that was made before the scenario.

    _is_owned = AnyLock.is_mine

    def _release_save(self) -> Any:
        if not self.count:
            raise RuntimeError("cannot release un-acquired lock")
        return self.world.perform("release", self, self.put_down, mode="L")

    def _acquire_restore(self, state: Any) -> None:
        self.world.perform("acquire", self, lambda: self.take_up(state), self.free, mode="A")

    if hasattr(RealRLock(), "_recursion_count"):

        def _recursion_count(self) -> int:
            return self.count if self.is_mine() else 0

    def _details(self) -> str:
        return f"RLock object owner={self.owner or 0} count={self.count}"
