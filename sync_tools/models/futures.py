"""Models of ``concurrent.futures``: Future, wait and as_completed. The real ones sort futures by address."""

from __future__ import annotations

import concurrent.futures as cf
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sync_tools.models.tickets import Ticket
from sync_tools.seams.world import TIMED_OUT, current
from sync_tools.words.operations import SYNC, identity

RealFuture = cf.Future
real_wait = cf.wait
real_as_completed = cf.as_completed

PENDING, RUNNING, CANCELLED, FINISHED = "pending", "running", "cancelled", "finished"


class Future(RealFuture):  # type: ignore[type-arg]
    """A model of ``concurrent.futures.Future``."""

    def __new__(cls) -> Any:
        if current() is None:
            return RealFuture() if cls is Future else object.__new__(cls)
        return object.__new__(cls)

    def __init__(self) -> None:
        world = current()
        assert world is not None
        self.world = world
        self.status = PENDING
        self._value: Any = None
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[Any], object]] = []
        self._sl_name: str | None = None
        self._ticket = Ticket(self)
        self._runner: int | None = None  # identity of the thread that runs the task
        self._pool: list[threading.Thread] = []  # who could run it

    @property
    def holder(self) -> int | None:
        """Number of the thread that would have to finish it, for explaining a deadlock."""
        if self.status == RUNNING and self._runner is not None:
            return self._runner - 1000
        idents = [thread.ident for thread in self._pool if thread.ident is not None]
        return idents[0] - 1000 if self.status == PENDING and idents else None

    def _over(self) -> bool:
        return self.status in (CANCELLED, FINISHED)

    def cancel(self) -> bool:
        """As ``Future.cancel``."""

        def act() -> bool:
            if self.status == PENDING:
                self.status = CANCELLED
                self._ticket.call(self.world)
                return True
            return self.status == CANCELLED

        before = self.status
        cancelled = bool(self.world.perform("cancel", self, act))
        if cancelled and before == PENDING:
            self._call_back()
        return cancelled

    def cancelled(self) -> bool:
        """As ``Future.cancelled``."""
        return bool(self.world.perform("cancelled", self, lambda: self.status == CANCELLED, mode="R"))

    def running(self) -> bool:
        """As ``Future.running``."""
        return bool(self.world.perform("running", self, lambda: self.status == RUNNING, mode="R"))

    def done(self) -> bool:
        """As ``Future.done``."""
        return bool(self.world.perform("done", self, self._over, mode="R"))

    def _await(self, timeout: float | None) -> None:
        if timeout is None:
            self.world.perform("result", self._ticket, lambda: True, self._over, mode="G")
        elif self.world.perform("result", self, lambda: True, self._over, timeout, "R") is TIMED_OUT:
            raise cf.TimeoutError
        if self.status == CANCELLED:
            raise cf.CancelledError

    def result(self, timeout: float | None = None) -> Any:
        """As ``Future.result``."""
        self._await(timeout)
        if self._error is not None:
            raise self._error
        return self._value

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """As ``Future.exception``."""
        self._await(timeout)
        return self._error

    def add_done_callback(self, fn: Callable[[Any], object]) -> None:
        """As ``Future.add_done_callback``."""

        self.world.meet(fn)

        def act() -> bool:
            if self._over():
                return True
            self._callbacks.append(fn)
            return False

        if self.world.perform("add_done_callback", self, act):
            self._call(fn)

    def set_running_or_notify_cancel(self) -> bool:
        """As ``Future.set_running_or_notify_cancel``."""

        def act() -> bool:
            if self.status == CANCELLED:
                return False
            self.status = RUNNING
            self._runner = self.world.ident()
            return True

        return bool(self.world.perform("run", self, act))

    def _finish(self, kind: str, value: Any, error: BaseException | None) -> None:
        def act() -> None:
            if self._over():
                raise cf.InvalidStateError(f"{self.status}: {self!r}")
            self.status, self._value, self._error = FINISHED, value, error
            self._ticket.call(self.world)

        self.world.perform(kind, self, act)
        self._call_back()

    def set_result(self, result: Any) -> None:
        """As ``Future.set_result``."""
        self._finish("set_result", result, None)

    def set_exception(self, exception: BaseException | None) -> None:
        """As ``Future.set_exception``."""
        self._finish("set_exception", None, exception)

    def _call_back(self) -> None:
        for callback in self._callbacks:
            self._call(callback)

    def _call(self, callback: Callable[[Any], object]) -> None:
        try:
            callback(self)
        except Exception:  # as in the real one: a callback's error is logged, and reaches nobody
            cf._base.LOGGER.exception("exception calling callback for %r", self)

    def __repr__(self) -> str:
        return f"<Future {self._sl_name or hex(id(self))} {self.status}>"


def _also(futures: list[Any]) -> tuple[Any, ...]:
    return tuple(((identity(future), SYNC), "R") for future in futures)


def wait(fs: Iterable[Any], timeout: float | None = None, return_when: str = cf.ALL_COMPLETED) -> Any:
    """As ``concurrent.futures.wait``."""
    world = current()
    if world is None:
        return real_wait(fs, timeout, return_when)
    futures = list(dict.fromkeys(fs))
    over = [future._over for future in futures]
    if return_when not in (cf.ALL_COMPLETED, cf.FIRST_COMPLETED, cf.FIRST_EXCEPTION):
        raise ValueError(f"Invalid return condition: {return_when!r}")

    def ready() -> bool:
        if return_when == cf.FIRST_COMPLETED:
            return any(is_over() for is_over in over) or not over
        if return_when == cf.FIRST_EXCEPTION and any(f._over() and f._error is not None for f in futures):
            return True
        return all(is_over() for is_over in over)

    world.perform("wait_for", world, lambda: True, ready, timeout, "R", also=_also(futures))
    done = {future for future in futures if future._over()}
    return cf._base.DoneAndNotDoneFutures(done, set(futures) - done)


def as_completed(fs: Iterable[Any], timeout: float | None = None) -> Iterator[Any]:
    """As ``concurrent.futures.as_completed``.

    What is over when it begins comes first, in an order that the real one leaves to chance: here the last of them
    first, which nobody may take for the order in which they were submitted. Who of two ended first is nothing that an
    operation of theirs has in common. So what ends later and is waited for together comes in the order of `fs`; any
    other order comes about where this thread goes on in between.
    """
    world = current()
    if world is None:
        yield from real_as_completed(fs, timeout)
        return
    left = list(dict.fromkeys(fs))
    total = len(left)
    early: list[Any] = []
    end = None if timeout is None else world.peek() + timeout
    while left:
        limit = None if end is None else max(0.0, end - world.peek())

        def first() -> Any:
            if len(left) == total:
                early.extend(f for f in left if f._over())
            return early.pop() if early else next(f for f in left if f._over())

        def ready() -> bool:
            return any(f._over() for f in left)

        future = world.perform("wait_for", world, first, ready, limit, "R", also=_also(left))
        if future is TIMED_OUT:
            raise cf.TimeoutError(f"{len(left)} (of {total}) futures unfinished")
        left.remove(future)
        yield future
