"""A model of ``threading.Barrier``."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from sync_tools.models.tickets import Ticket, inside, is_endless, sum_refused, wait_refused
from sync_tools.seams import real
from sync_tools.seams.world import TIMED_OUT, current
from sync_tools.words.operations import SYNC, identity

RealBarrier = real.Barrier


class Generation:
    """One filling of a barrier.

    Attributes:
        number: how many there were before.
        count: how many threads have arrived.
        broken: they get an error. It may come to that when all have arrived already, for those that have not gone on.
        ticket: all that wait go on together.
    """

    __slots__ = ("broken", "count", "number", "ticket")

    def __init__(self, barrier: Any, number: int = 0) -> None:
        self.number = number
        self.count = 0
        self.broken = False
        self.ticket = Ticket(barrier)


State = tuple[bool, int, int]  # broken; how many have arrived; the generation's number


class Barrier:
    """A model of ``threading.Barrier``.

    Attributes:
        generation: the one that fills. Invariant: it is full only while the action runs, when nobody else gets in: the
            real one holds its lock meanwhile.
        leaving: the generation before, whose threads may not all have gone on; None once the next has begun to fill,
            which the real one lets happen only after that.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealBarrier(*args, **kwargs)
        return object.__new__(cls)

    def __init__(self, parties: int, action: Any = None, timeout: float | None = None) -> None:
        if sys.version_info >= (3, 13) and parties < 1:
            raise ValueError("parties must be > 0")
        self.world = inside()
        self._parties = parties
        self._action = action
        if action is not None:
            self.world.meet(action)
        self._timeout = timeout
        self._broken = False
        self.generation = Generation(self)
        self.leaving: Generation | None = None
        self.exit = Ticket(self)  # where those that go on meet an abort; nobody waits with it
        self._sl_name: str | None = None

    def _perform(self, kind: str, act: Callable[[], Any], *rest: Any, **more: Any) -> Any:
        return self.world.perform(kind, self, act, *rest, state=self._state, **more)

    def _perform_alone(self, kind: str, act: Callable[[], Any], also: tuple[Any, ...] = ()) -> Any:
        """An operation that waits while the action runs."""
        return self._perform(kind, act, lambda: self._is_idle(self._state()), also=also, fits=self._is_idle)

    def _state(self) -> State:
        return self._broken, self.generation.count, self.generation.number

    def _is_idle(self, state: State) -> bool:
        broken, count, _ = state
        return broken or not count or count != self._parties

    def _exit_mode(self, mode: str) -> tuple[Any, ...]:
        return (((identity(self.exit), SYNC), mode),)

    def wait(self, timeout: float | None = None) -> int:
        """As ``threading.Barrier.wait``."""
        if timeout is None:
            timeout = self._timeout
        # Before its lock is put down, and after: an error of the second kind lets others see that this thread is here.
        unfit = None if timeout is None else sum_refused(timeout)
        refused = None if timeout is None or unfit is not None else wait_refused(timeout)
        acts = self._action is not None and bool(self._action)

        def arrive() -> tuple[Generation, int, bool]:
            if self._broken:
                raise threading.BrokenBarrierError
            self.leaving = None
            generation = self.generation
            index = generation.count
            last = index + 1 == self._parties
            if unfit is not None and not last:
                raise unfit
            generation.count += 1
            if last and not acts:
                self._open(generation)
            return generation, index, last

        generation, index, last = self._perform_alone("arrive", arrive)
        if last:
            if acts:
                self._act(generation)
            return int(index)
        if refused is not None:
            self._perform_alone("leave", lambda: self._withdraw(generation))
            raise refused
        self._pass(generation, None if is_endless(timeout) else timeout)
        if generation.broken:
            raise threading.BrokenBarrierError
        return int(index)

    def _act(self, generation: Generation) -> None:
        try:
            self._action()
        except BaseException:
            self._perform("abort", self._break, also=self._exit_mode("W"))
            raise
        self._perform("open", lambda: self._open(generation))

    def _withdraw(self, generation: Generation) -> None:
        if generation is self.generation and not self._broken:
            generation.count -= 1

    def _pass(self, generation: Generation, timeout: float | None) -> None:
        ticket = generation.ticket

        def give_up() -> None:
            # Once all have arrived, a time-out comes too late: the real one holds its lock while the action runs.
            if self._is_idle(self._state()):
                self._break()

        if timeout is not None:
            if self._perform("pass", lambda: True, ticket.may_go_on, timeout, "W", give_up) is not TIMED_OUT:
                return
            if generation.broken:
                raise threading.BrokenBarrierError

        def is_over(state: State) -> bool:
            return state[0] or state[2] > generation.number

        self.world.perform(
            "pass",
            ticket,
            lambda: True,
            ticket.may_go_on,
            mode="G",
            also=self._exit_mode("R"),
            state=self._state,
            fits=is_over,
        )

    def _open(self, generation: Generation) -> None:
        generation.ticket.call(self.world)
        self.leaving = generation
        self.generation = Generation(self, generation.number + 1)

    def _break(self) -> None:
        self._broken = True
        self.generation.broken = True
        self.generation.ticket.call(self.world)
        if self.leaving is not None:
            self.leaving.broken = True

    def reset(self) -> None:
        """As ``threading.Barrier.reset``."""

        def start_afresh() -> None:
            if self.generation.count:
                self.generation.broken = True
                self.generation.ticket.call(self.world)
            self.generation = Generation(self, self.generation.number + 1)
            self._broken = False

        self._perform_alone("reset", start_afresh)

    def abort(self) -> None:
        """As ``threading.Barrier.abort``."""
        self._perform_alone("abort", self._break, self._exit_mode("W"))

    @property
    def parties(self) -> int:
        """How many threads pass together."""
        return self._parties

    def _waiting(self) -> int:
        return 0 if self._broken else self.generation.count

    @property
    def n_waiting(self) -> int:
        """How many threads wait in it now."""
        return int(self._perform("n_waiting", self._waiting, mode="R"))

    @property
    def broken(self) -> bool:
        """True in the broken state."""
        return bool(self._perform("broken", lambda: self._broken, mode="R"))

    def __repr__(self) -> str:
        status = "broken" if self._broken else f"waiters={self.generation.count}/{self._parties}"
        return f"<threading.Barrier at {self._sl_name or hex(id(self))}: {status}>"
