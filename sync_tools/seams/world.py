"""What a world promises, and which world the calling thread lives in.

Code under test is written against ``threading``, ``queue`` and ``time``. While a scenario runs, a *world* stands
under them. There are two: the explored world (virtual threads, every switch chosen) and the native world (OS
threads, seeded noise). Outside of a scenario :func:`current` is None and everything is the standard library's.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class TimedOut:
    """The type of :data:`TIMED_OUT`."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "TIMED_OUT"


TIMED_OUT = TimedOut()


class World(Protocol):
    """One place where a scenario's threads live.

    Every blocking object is a set of *guarded actions*: wait until ``ready()`` holds, then do ``act()``, both as one
    step that no other thread of the world can see half done. That is the only way a thread ever waits.
    """

    name: str  # "explored" or "native"
    quiet: int  # > 0: inside of something that is no part of the scenario, where nobody may switch
    names: dict[int, str]  # id of a container -> the variable it was read from, for reports
    unseen: set[str]  # what could not be observed, a sentence each
    pools: bool  # the program has made an executor
    exiting: bool  # no thread is left but daemons and executors' workers: the interpreter would be exiting

    def perform(
        self,
        kind: str,
        target: Any,
        act: Callable[[], T],
        ready: Callable[[], bool] | None = None,
        timeout: float | None = None,
        mode: str = "W",
        expire: Callable[[], None] | None = None,
        also: tuple[Any, ...] = (),
        state: Callable[[], Any] | None = None,
        fits: Callable[[Any], bool] | None = None,
    ) -> T | TimedOut:
        """Do `act` as one visible operation on `target`, once `ready` holds.

        Args:
            kind: the operation's name ("acquire", "release", "wait", ...).
            target: the object operated on.
            act: the effect; its value is returned. It must not block.
            ready: the guard; None means always.
            timeout: seconds; None means wait for ever, 0 or less means do not wait.
            mode: what it does to the target (a mode of ``words.operations``).
            expire: the effect of timing out, part of the same step.
            also: further locations that it touches.
            state: what the target is like, where guards depend on more than who holds it. Every operation on such a
                target gives it.
            fits: the guard, as a function of `state`'s values.

        Returns:
            What `act` returned, or :data:`TIMED_OUT`.
        """

    def signal(self, ticket: Any) -> None:
        """Part of an operation's effect: the thread that waits with `ticket` (mode "G") may go on, for good."""

    def access(self, kind: str, target: Any, accesses: tuple[Any, ...], site: int, name: Any, again: Any = None) -> Any:
        """A rewritten access to shared state is about to happen. Returns where to note the value, or None.

        `again` computes the accesses anew once the thread has the turn, where waiting can change them.
        """

    def turn(self, site: int, frame: FrameType) -> None:
        """A rewritten loop begins a turn."""

    def count_turn(self, site: int) -> None:
        """A loop begins a turn that cannot be a spin-wait; turns are counted, so that an endless loop ends."""

    def keep_view(self, view: Any, target: Any) -> None:
        """Remember which dict a view shows."""

    def viewed(self, view: Any) -> Any:
        """The dict behind a view."""

    def meet(self, callback: Any) -> None:
        """Something of the program's is about to be called by the library, or by the kit itself."""

    def shares(self, generator: Any) -> bool:
        """True when another thread went through a generator before the calling one."""

    def unique(self, name: str) -> str:
        """`name`, made different from the names of other objects."""

    def took(self, lock: Any) -> None:
        """The calling thread now holds `lock`."""

    def gave(self, lock: Any, ident: int) -> None:
        """The thread with that identity no longer holds `lock`."""

    def start(self, thread: threading.Thread) -> None:
        """Start `thread` in this world."""

    def ident(self) -> int:
        """The identity of the calling thread, as ``threading.get_ident`` would give."""

    def thread(self) -> threading.Thread:
        """The calling thread, as ``threading.current_thread`` would give."""

    def main(self) -> threading.Thread:
        """The scenario's own thread, as ``threading.main_thread`` would give."""

    def alive(self) -> list[threading.Thread]:
        """The threads that run, as ``threading.enumerate`` would give."""

    def adopt(self, thread: Any) -> Any:
        """Take in a ``Thread`` object that was made before the scenario."""

    def next_thread_number(self) -> int:
        """The number of the next thread without a name."""

    def generator(self) -> random.Random:
        """The calling thread's random generator."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass for the calling thread."""

    def now(self) -> float:
        """Seconds on this world's monotonic clock, as a visible operation."""

    def peek(self) -> float:
        """The same, but no operation of the program's own: for time-outs that a model computes."""

    def twin(self, real: Any) -> Any:
        """This world's stand-in for a real synchronization object that was made outside of it."""

    def stand_in(self, real: Any, make: Callable[[Any], Any]) -> Any:
        """The same for any object, by what makes one from it."""


class _Here(threading.local):
    """The world of each OS thread. A thread that no scenario started never sees one."""

    world: World | None = None


here = _Here()


def current() -> World | None:
    """The world that the calling thread lives in, or None outside of every scenario."""
    return here.world
