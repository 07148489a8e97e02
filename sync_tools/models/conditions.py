"""Models of ``threading``'s Condition, Event, Semaphore and BoundedSemaphore."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

from sync_tools.models.locks import AnyLock, RLock
from sync_tools.models.tickets import Signals, Ticket, inside, is_endless, sum_refused, wait_refused
from sync_tools.seams import real
from sync_tools.seams.world import TIMED_OUT, current
from sync_tools.words.operations import SYNC, identity

RealCondition = real.Condition
RealEvent = real.Event
RealSemaphore = real.Semaphore
RealBoundedSemaphore = real.BoundedSemaphore


def _model_inside(lock: Any, world: Any) -> Any:
    """The model that `lock` is, or that all which an instrumented lock does comes to; None for a lock of the user's."""
    if isinstance(lock, AnyLock):
        return lock
    methods = (getattr(type(lock), name, None) for name in ("acquire", "release"))
    if not all(getattr(method, "__module__", "").startswith("sync_tools.") for method in methods):
        return None
    inner = world.twin(getattr(lock, "_sl_inner", None))
    return inner if isinstance(inner, AnyLock) else None


class Condition:
    """A model of ``threading.Condition`` over a lock model (or anything with a lock's methods).

    Attributes:
        model: the model of its lock, so that waiting gives that back in one step; None for a lock of the user's own.
        tickets: who waits, the first one first. As in threading, one whose time is over stays until it has the lock
            again: a notification that comes in between is lost on it.
        signals: what notifications change and waits with a time-out look at. Queueing up does not touch it.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealCondition(*args, **kwargs)
        return object.__new__(cls)

    def __init__(self, lock: Any = None) -> None:
        self.world = inside()
        lock = RLock() if lock is None else self.world.twin(lock)
        self._lock = lock
        self.acquire = lock.acquire
        self.release = lock.release
        if sys.version_info >= (3, 14):
            self.locked = lock.locked
        self.model: Any = _model_inside(lock, self.world)
        self.tickets: list[Ticket] = []
        self.signals = Signals(self)
        self._signals_too = (((identity(self.signals), SYNC), "W"),)
        self.notifies = 0  # how many notifications there were, for explaining a lost wake-up
        self._name: str | None = None

    @property
    def _sl_name(self) -> str | None:
        return self._name

    @_sl_name.setter
    def _sl_name(self, name: str | None) -> None:
        self._name = name
        if isinstance(self._lock, RLock) and self._lock._sl_name is None:
            self._lock._sl_name = f"{name}'s lock"

    def __enter__(self) -> Any:
        return self._lock.__enter__()

    def __exit__(self, *exc: Any) -> Any:
        return self._lock.__exit__(*exc)

    # What threading asks of any lock, with what stands for it where a lock of the user's own has less to offer.

    def _is_owned(self) -> Any:
        if hasattr(self._lock, "_is_owned"):
            return self._lock._is_owned()
        if self._lock.acquire(False):
            self._lock.release()
            return False
        return True

    def _release_save(self) -> Any:
        lock = self._lock
        return lock._release_save() if hasattr(lock, "_release_save") else lock.release()

    def _acquire_restore(self, state: Any) -> None:
        if hasattr(self._lock, "_acquire_restore"):
            self._lock._acquire_restore(state)
        else:
            self._lock.acquire()

    def _check_owned(self, what: str) -> None:
        if not (self._is_owned() if self.model is None else self.model.seems_owned()):
            raise RuntimeError(f"cannot {what} on un-acquired lock")

    def wait(self, timeout: float | None = None) -> bool:
        """As ``threading.Condition.wait``: giving the lock back and queueing up are one step."""
        self._check_owned("wait")
        lock = self.model
        if lock is None:
            return self._wait_with_own_lock(timeout)
        ticket = Ticket(self, lock)

        def queue_up() -> Any:
            self.tickets.append(ticket)
            return lock.put_down()

        perform = self.world.perform
        saved = perform("wait", self, queue_up, also=(lock.access("L"),))
        if timeout is None:
            # Being notified is seen by this thread only, so waking and taking the lock back are one step.
            perform(
                "wake",
                ticket,
                lambda: lock.take_up(saved),
                ticket.may_go_on,
                mode="G",
                also=(lock.access("A"),),
            )
            return True

        refused = wait_refused(timeout)  # too late to keep the lock, as in threading
        woken = refused is None and perform("wake", self.signals, lambda: True, lambda: ticket.notified, timeout, "R")

        def come_back() -> None:
            lock.take_up(saved)
            if not woken:
                self._leave(ticket)

        perform("acquire", lock, come_back, lock.free, mode="A")
        if refused is not None:
            raise refused
        return bool(woken)

    def _leave(self, ticket: Ticket) -> None:
        if ticket in self.tickets:
            self.tickets.remove(ticket)

    def _wait_with_own_lock(self, timeout: float | None) -> bool:
        """Giving the lock back and taking it again are the operations that its own methods do."""
        perform = self.world.perform
        ticket = Ticket(self)
        perform("wait", self, lambda: self.tickets.append(ticket))
        saved = self._release_save()
        woken = False
        try:
            if timeout is None:
                woken = bool(perform("wake", ticket, lambda: True, ticket.may_go_on, mode="G"))
            else:
                refused = wait_refused(timeout)
                if refused is not None:
                    raise refused
                woken = bool(perform("wake", self.signals, lambda: True, ticket.may_go_on, timeout, "R"))
            return woken
        finally:
            self._acquire_restore(saved)
            if not woken:
                perform("wait", self, lambda: self._leave(ticket))

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """As ``threading.Condition.wait_for``."""
        end: float | None = None
        left = timeout
        result = predicate()
        while not result:
            if left is not None and end is None:  # the first wait comes even if there is no time for it
                end = self.world.peek() + left
            elif end is not None:
                left = end - self.world.peek()
                if left <= 0:
                    break
            self.wait(left)
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        """As ``threading.Condition.notify``."""
        self._check_owned("notify")

        def wake() -> None:
            self.notifies += 1
            left = n
            while self.tickets and left > 0:  # which takes anything that can be compared, if nobody waits anything
                self.tickets.pop(0).call(self.world)
                left -= 1

        self.world.perform("notify", self, wake, also=self._signals_too)

    def notify_all(self) -> None:
        """As ``threading.Condition.notify_all``."""
        if type(self).notify is not Condition.notify:
            self.notify(len(self.tickets))
            return
        self._check_owned("notify")

        def wake() -> None:
            self.notifies += 1
            for ticket in self.tickets:
                ticket.call(self.world)
            self.tickets.clear()

        self.world.perform("notify_all", self, wake, also=self._signals_too)

    def notifyAll(self) -> None:
        """As ``threading.Condition.notifyAll``."""
        warnings.warn("notifyAll() is deprecated, use notify_all() instead", DeprecationWarning, stacklevel=2)
        self.notify_all()

    def __repr__(self) -> str:
        return f"<Condition({self._lock!r}, {len(self.tickets)})>"


class Event:
    """A model of ``threading.Event``."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealEvent(*args, **kwargs)
        return object.__new__(cls)

    def __init__(self) -> None:
        self.world = inside()
        self.flag = False
        self.sets = 0  # how often it was set, for explaining a lost wake-up
        self.tickets: list[Ticket] = []
        self._sl_name: str | None = None

    def is_set(self) -> bool:
        """As ``threading.Event.is_set``."""
        return bool(self.world.perform("is_set", self, lambda: self.flag, mode="R"))

    def isSet(self) -> bool:
        """As ``threading.Event.isSet``."""
        warnings.warn("isSet() is deprecated, use is_set() instead", DeprecationWarning, stacklevel=2)
        return self.is_set()

    def set(self) -> None:
        """As ``threading.Event.set``."""

        def switch_on() -> None:
            self.sets += 1
            self.flag = True
            for ticket in self.tickets:
                ticket.call(self.world)
            self.tickets.clear()

        self.world.perform("set", self, switch_on)

    def clear(self) -> None:
        """As ``threading.Event.clear``."""

        def switch_off() -> None:
            self.flag = False

        self.world.perform("clear", self, switch_off)

    def wait(self, timeout: float | None = None) -> bool:
        """As ``threading.Event.wait``: whoever waits when it is set goes on, even if it is cleared at once."""
        # threading.Event wakes each waiter that was queued at set(), so a clear() right after does not hold it back:
        # looking (and queueing up) is one step, waking another.
        perform = self.world.perform
        ticket = Ticket(self)
        refused = None if timeout is None else wait_refused(timeout)

        def look() -> bool:
            if not self.flag:
                if refused is not None:
                    raise refused
                self.tickets.append(ticket)
            return self.flag

        if perform("wait", self, look, mode="R"):
            return True
        if timeout is None:
            perform("wake", ticket, lambda: None, ticket.may_go_on, mode="G")
            return True

        def give_up() -> None:
            self.tickets.remove(ticket)

        woken = perform("wake", self, lambda: True, ticket.may_go_on, timeout, "R", give_up)
        return woken is not TIMED_OUT

    def __repr__(self) -> str:
        return f"<threading.Event at {self._sl_name or hex(id(self))}: {'set' if self.flag else 'unset'}>"


def _is_left(count: int) -> bool:
    return count != 0  # as threading asks: half a permit is taken for a whole one


class Semaphore:
    """A model of ``threading.Semaphore``."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealSemaphore(*args, **kwargs)
        return object.__new__(cls)

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self.world = inside()
        self._value = value
        self._sl_name: str | None = None

    def _count(self) -> int:
        return self._value

    def _free(self) -> bool:
        return self._value != 0

    def _take(self) -> bool:
        self._value -= 1
        return True

    def _try(self) -> bool:
        return self._take() if self._free() else False

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """As ``threading.Semaphore.acquire``."""
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        if not blocking:
            return bool(self.world.perform("try", self, self._try, state=self._count))
        refused = None if timeout is None else sum_refused(timeout) or wait_refused(timeout)
        if refused is not None:
            return self._take_or_raise(refused)
        limit = None if is_endless(timeout) else timeout
        return bool(self.world.perform("down", self, self._take, self._free, limit, state=self._count, fits=_is_left))

    def _take_or_raise(self, refused: Exception) -> bool:
        def take() -> bool:
            if not self._free():
                raise refused
            return self._take()

        return bool(self.world.perform("down", self, take, state=self._count))

    __enter__ = acquire

    def _give(self, n: int) -> None:
        self._value += n
        if sys.version_info < (3, 12):
            range(n)  # it notifies so many times, which not every number can be

    def release(self, n: int = 1) -> None:
        """As ``threading.Semaphore.release``."""
        if n < 1:
            raise ValueError("n must be one or more")
        self.world.perform("up", self, lambda: self._give(n), state=self._count)

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"<threading.Semaphore at {self._sl_name or hex(id(self))}: value={self._value}>"


class BoundedSemaphore(Semaphore):
    """A model of ``threading.BoundedSemaphore``."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealBoundedSemaphore(*args, **kwargs)
        return object.__new__(cls)

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._initial_value = value

    def _give(self, n: int) -> None:
        if self._value + n > self._initial_value:
            raise ValueError("Semaphore released too many times")
        super()._give(n)

    def __repr__(self) -> str:
        value = f"{self._value}/{self._initial_value}"
        return f"<threading.BoundedSemaphore at {self._sl_name or hex(id(self))}: value={value}>"
