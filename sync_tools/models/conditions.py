"""Models of ``threading``'s Condition, Event, Semaphore and BoundedSemaphore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sync_tools.models.locks import RLock
from sync_tools.models.tickets import Ticket, inside
from sync_tools.seams import real
from sync_tools.seams.world import TIMED_OUT, current

RealCondition = real.Condition
RealEvent = real.Event
RealSemaphore = real.Semaphore
RealBoundedSemaphore = real.BoundedSemaphore


class Condition:
    """A model of ``threading.Condition`` over a lock model (or anything with a lock's methods)."""

    def __new__(cls, lock: Any = None) -> Any:
        if current() is None:
            return RealCondition(lock)
        return object.__new__(cls)

    def __init__(self, lock: Any = None) -> None:
        self.world = inside()
        lock = RLock() if lock is None else self.world.twin(lock)
        # An instrumented lock keeps its model inside; waiting must give that very model back in one step.
        self._lock = lock
        self.model: Any = self.world.twin(getattr(lock, "_sl_inner", lock))
        self.acquire = lock.acquire
        self.release = lock.release
        self.tickets: list[Ticket] = []
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

    def _check_owned(self, what: str) -> None:
        if not self.model._is_owned():
            raise RuntimeError(f"cannot {what} on un-acquired lock")

    def wait(self, timeout: float | None = None) -> bool:
        """As ``threading.Condition.wait``: giving the lock back and queueing up are one step."""
        self._check_owned("wait")
        lock = self.model
        ticket = Ticket(self, lock)

        def queue_up() -> Any:
            self.tickets.append(ticket)
            return lock._release_save()

        perform = self.world.perform
        saved = perform("wait", self, queue_up, also=(lock.access("L"),))
        if timeout is None:
            # Being notified is seen by this thread only, so waking and taking the lock back are one step.
            perform(
                "wake",
                ticket,
                lambda: lock._acquire_restore(saved),
                ticket.may_go_on,
                mode="G",
                also=(lock.access("A"),),
            )
            return True

        def give_up() -> None:
            self.tickets.remove(ticket)

        woken = perform("wake", self, lambda: True, lambda: ticket.notified, timeout, expire=give_up)
        perform("acquire", lock, lambda: lock._acquire_restore(saved), lock.free, mode="A")
        return bool(woken)

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """As ``threading.Condition.wait_for``."""
        end = None if timeout is None else self.world.peek() + timeout
        result = predicate()
        while not result:
            left = None if end is None else end - self.world.peek()
            if left is not None and left <= 0:
                break
            self.wait(left)
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        """As ``threading.Condition.notify``."""
        self._check_owned("notify")

        def wake() -> None:
            self.notifies += 1
            for ticket in self.tickets[:n]:
                ticket.call(self.world)
            del self.tickets[:n]

        self.world.perform("notify", self, wake)

    def notify_all(self) -> None:
        """As ``threading.Condition.notify_all``."""
        self._check_owned("notify")

        def wake() -> None:
            self.notifies += 1
            for ticket in self.tickets:
                ticket.call(self.world)
            self.tickets.clear()

        self.world.perform("notify_all", self, wake)

    notifyAll = notify_all

    def __repr__(self) -> str:
        return f"<Condition({self._lock!r}, {len(self.tickets)})>"


class Event:
    """A model of ``threading.Event``."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealEvent()
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

    isSet = is_set

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

        def look() -> bool:
            if not self.flag:
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


def _is_positive(count: int) -> bool:
    return count > 0


class Semaphore:
    """A model of ``threading.Semaphore``."""

    def __new__(cls, value: int = 1) -> Any:
        if current() is None:
            return RealSemaphore(value)
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
        return self._value > 0

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
        return bool(
            self.world.perform("down", self, self._take, self._free, timeout, state=self._count, fits=_is_positive)
        )

    __enter__ = acquire

    def _give(self, n: int) -> None:
        self._value += n

    def release(self, n: int = 1) -> None:
        """As ``threading.Semaphore.release``."""
        if n < 1:
            raise ValueError("n must be one or more")
        self.world.perform("up", self, lambda: self._give(n), state=self._count)

    def __exit__(self, *exc: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"<threading.Semaphore at {self._sl_name or hex(id(self))}: value={self._value}>"


class BoundedSemaphore(Semaphore):
    """A model of ``threading.BoundedSemaphore``."""

    def __new__(cls, value: int = 1) -> Any:
        if current() is None:
            return RealBoundedSemaphore(value)
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
