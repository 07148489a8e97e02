"""A model of ``threading.Barrier``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sync_tools.models.tickets import Ticket, inside
from sync_tools.seams import real
from sync_tools.seams.world import TIMED_OUT, current

RealBarrier = real.Barrier


class Generation:
    """One filling of a barrier."""

    __slots__ = ("broken", "count", "open", "ticket")

    def __init__(self, barrier: Any) -> None:
        self.count = 0
        self.open = False
        self.broken = False
        self.ticket = Ticket(barrier)  # all that wait go on together


class Barrier:
    """A model of ``threading.Barrier``."""

    def __new__(cls, parties: int, action: Any = None, timeout: float | None = None) -> Any:
        if current() is None:
            return RealBarrier(parties, action, timeout)
        return object.__new__(cls)

    def __init__(self, parties: int, action: Any = None, timeout: float | None = None) -> None:
        if parties < 1:
            raise ValueError("parties must be > 0")
        self.world = inside()
        self._parties = parties
        self._action = action
        if action is not None:
            self.world.meet(action)
        self._timeout = timeout
        self._broken = False
        self.generation = Generation(self)
        self._sl_name: str | None = None

    def _perform(self, kind: str, act: Callable[[], Any], *rest: Any, **more: Any) -> Any:
        return self.world.perform(kind, self, act, *rest, state=self._state, **more)

    def _state(self) -> tuple[bool, int]:
        return self._broken, self.generation.count

    def _may_arrive(self) -> bool:
        return self._has_place(self._state())

    def _has_place(self, state: tuple[bool, int]) -> bool:
        broken, count = state
        return broken or count < self._parties

    def wait(self, timeout: float | None = None) -> int:
        """As ``threading.Barrier.wait``."""
        if timeout is None:
            timeout = self._timeout

        def arrive() -> tuple[Generation, int]:
            if self._broken:
                raise threading.BrokenBarrierError
            generation = self.generation
            generation.count += 1
            if generation.count == self._parties and self._action is None:
                self._open(generation)
            return generation, generation.count - 1

        generation, index = self._perform("arrive", arrive, self._may_arrive, fits=self._has_place)
        if index == self._parties - 1:
            if self._action is not None:
                self._act(generation)
            return int(index)
        self._pass(generation, timeout)
        if generation.broken:
            raise threading.BrokenBarrierError
        return int(index)

    def _act(self, generation: Generation) -> None:
        try:
            self._action()
        except BaseException:
            self.abort()
            raise
        self._perform("open", lambda: self._open(generation))

    def _pass(self, generation: Generation, timeout: float | None) -> None:
        ticket = generation.ticket

        def give_up() -> None:
            # Once all have arrived, a time-out comes too late: the real one holds its lock while the action runs.
            if generation.count < self._parties:
                self._break()

        if timeout is not None:
            if self._perform("pass", lambda: True, ticket.may_go_on, timeout, "W", give_up) is not TIMED_OUT:
                return
            if generation.broken:
                raise threading.BrokenBarrierError
        self.world.perform("pass", ticket, lambda: True, ticket.may_go_on, mode="G")

    def _open(self, generation: Generation) -> None:
        generation.open = True
        generation.ticket.call(self.world)
        self.generation = Generation(self)

    def _break(self) -> None:
        self._broken = True
        self.generation.broken = True
        self.generation.ticket.call(self.world)

    def reset(self) -> None:
        """As ``threading.Barrier.reset``."""

        def start_afresh() -> None:
            if self.generation.count:
                self.generation.broken = True
                self.generation.ticket.call(self.world)
            self.generation = Generation(self)
            self._broken = False

        self._perform("reset", start_afresh)

    def abort(self) -> None:
        """As ``threading.Barrier.abort``."""
        self._perform("abort", self._break)

    @property
    def parties(self) -> int:
        """How many threads pass together."""
        return self._parties

    @property
    def n_waiting(self) -> int:
        """How many threads wait in it now."""
        return int(self.world.perform("n_waiting", self, lambda: self.generation.count % self._parties, mode="R"))

    @property
    def broken(self) -> bool:
        """True in the broken state."""
        return bool(self.world.perform("broken", self, lambda: self._broken, mode="R"))

    def __repr__(self) -> str:
        status = "broken" if self._broken else f"waiters={self.generation.count}/{self._parties}"
        return f"<threading.Barrier at {self._sl_name or hex(id(self))}: {status}>"
