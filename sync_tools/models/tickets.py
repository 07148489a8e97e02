"""What the models share: their world, places in a queue from which a thread is called once, and what a time-out is."""

from __future__ import annotations

import threading
import weakref
from typing import Any

from sync_tools.seams import real
from sync_tools.seams.world import current

_RealLock = real.Lock


def inside() -> Any:
    """The world of a scenario, in which a model is made."""
    world = current()
    assert world is not None, "a model is only made inside of a scenario"
    return world


def wait_on_real_lock(blocking: Any, timeout: Any) -> None:
    """Have a real lock judge these arguments. It is free, so nobody waits.

    Raises:
        TypeError, ValueError, OverflowError: in the words of this Python.
    """
    _RealLock().acquire(blocking, timeout)


def sum_refused(timeout: Any) -> Exception | None:
    """The error of adding a time-out to the clock, as threading does where it may wait more than once."""
    try:
        0.0 + timeout
    except Exception as error:
        return error
    return None


def wait_refused(timeout: Any) -> Exception | None:
    """The error with which ``threading.Condition.wait`` ends in place of waiting; None for a sound time-out."""
    if type(timeout) in (int, float) and timeout <= threading.TIMEOUT_MAX:
        return None
    try:
        if timeout > 0:
            wait_on_real_lock(True, timeout)
    except Exception as error:
        return error
    return None


def is_endless(timeout: Any) -> bool:
    """True for no time-out, and for one that is not a number: its end is never reached."""
    return timeout is None or timeout != timeout


class Ticket:
    """One thread's place in a queue, from which it is called once.

    Attributes:
        owner: the primitive that it waits for.
        lock: what it must take before it goes on; None for nothing.
        notified: True once it was called. Invariant: never goes back.
    """

    __slots__ = ("lock", "notified", "owner")

    def __init__(self, owner: Any, lock: Any = None) -> None:
        self.owner = owner
        self.lock = lock
        self.notified = False

    def call(self, world: Any) -> None:
        """Part of an operation's effect: whoever waits with this may go on."""
        if not self.notified:
            self.notified = True
            world.signal(self)

    def may_go_on(self) -> bool:
        """The guard of waking up and taking the lock back."""
        return self.notified and (self.lock is None or bool(self.lock.free()))


class Signals(Ticket):
    """What notifications of a condition change and waits with a time-out look at, apart from the condition itself.

    Attributes:
        owner: the condition. It is not kept alive from here: objects of a schedule must go when the schedule is over,
            without the collector's help.
    """

    __slots__ = ("_condition",)

    def __init__(self, owner: Any) -> None:
        self._condition = weakref.ref(owner)

    @property
    def owner(self) -> Any:
        return self._condition()
