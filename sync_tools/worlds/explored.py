"""The explored world: the kernel, with the faces that ``threading`` shows and the hooks of rewritten code."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from sync_tools.instrument import foreign
from sync_tools.instrument.containers import CONTAINERS
from sync_tools.kernel import spin
from sync_tools.kernel.kernel import Kernel
from sync_tools.kernel.thread import VirtualThread
from sync_tools.kernel.turns import MAX_STEPS, Chooser
from sync_tools.models.executors import awaits_work
from sync_tools.models.tickets import Ticket
from sync_tools.seams import lives
from sync_tools.words.errors import Unwind
from sync_tools.words.failure import Site
from sync_tools.words.operations import EXIT, NUMBERS, READING, SYNC, THREADS, Access, Op, identity
from sync_tools.words.sites import caller_path, user_frames
from sync_tools.worlds.base import Faces
from sync_tools.worlds.circles import circle_of_owners
from sync_tools.worlds.naming import variable_of


class ExploredWorld(Kernel, Faces):
    """One schedule of a scenario on virtual threads.

    Args:
        chooser: the strategy that decides who runs next.
        time: "any" or "exact".
        seed: for the program's ``random``.
        detail: keep what a report needs.
        replaying: a single schedule is run on purpose, so ``breakpoint()`` is welcome.
    """

    def __init__(
        self,
        chooser: Chooser,
        *,
        time: str = "any",
        seed: int = 0,
        detail: bool = False,
        replaying: bool = False,
        max_steps: int = MAX_STEPS,
    ) -> None:
        Kernel.__init__(self, chooser, time=time, detail=detail, max_steps=max_steps)
        Faces.__init__(self, seed)
        self.replaying = replaying
        self.main_thread = self.main_face()
        self.main_thread.__dict__["_sl_state"].ident = 1000
        self.autopsy: Callable[[ExploredWorld], Any] | None = None  # looks at the world before it is unwound
        self.finding: Any = None
        self.stopped_in = 0  # the thread that ran last
        if detail:
            self.perform = self._perform_by_name  # type: ignore[method-assign]  # where no report is made it costs nothing
        self.unseen: set[str] = set()
        # Steps so far, thread, lock, and the calls in which it was taken; None where it was given back.
        self.holdings: list[tuple[int, int, Any, tuple[Site, ...] | None]] = []

    # ---- threads -------------------------------------------------------------------------------------------------

    def meet(self, callback: Any) -> None:
        """See :class:`sync_tools.seams.world.World`."""
        foreign.note_callback(self, callback)

    def start(self, thread: Any) -> None:
        """Start a thread: it runs up to its first visible operation, then the starter goes on."""
        state = thread.__dict__["_sl_state"]
        if type(thread).run is not threading.Thread.run:
            self.meet(thread.run)
        for name in ("_target", "function"):  # the latter is a Timer's
            callback = thread.__dict__.get(name)
            if callback is not None and "_sl_seen" not in getattr(callback, "__globals__", ()):
                self.meet(callback)
        self.forked = True
        self._happens("start", thread, state, ((THREADS, "e"), (NUMBERS, "W")))
        state.status = "started"
        state.ident = 1000 + len(self.threads)
        self.spawn(thread, state.daemon and not state.worker, thread.run, state.worker)

    def end(self, thread: VirtualThread) -> None:
        """A thread ends: joins on it go on."""
        state = thread.face.__dict__["_sl_state"]
        also: tuple[Access, ...] = ()
        if thread.tid != 0:  # threading.enumerate() lists the main thread even when it has ended
            also += ((THREADS, "e"),)
        if self.pools and not (thread.daemon or thread.worker):
            also += ((EXIT, "e"),)
        self._happens("end", thread.face, state, also)
        state.status = "ended"
        if lives.watcher is not None:
            lives.watcher.ended(thread.face)

    def is_idle(self, thread: VirtualThread) -> bool:
        """See :meth:`sync_tools.kernel.turns.Turns.is_idle`."""
        op = thread.pending
        return op is not None and awaits_work(op) and op.ready is not None and not op.ready()

    def _happens(self, kind: str, face: Any, state: Any, also: tuple[Access, ...] = ()) -> None:
        """One step of a thread's life, which never waits: as :meth:`perform`, without what it does not need."""
        if self.over:
            raise Unwind
        if self.quiet:
            return
        op = Op(kind, face, (((identity(face), SYNC), "W"), *also))
        self.point(op)
        op.state = state.status
        self.running.effects += 1

    def forget(self) -> None:
        """See :meth:`sync_tools.kernel.kernel.Kernel.forget`."""
        super().forget()
        self.main_thread = self.autopsy = self.finding = None
        vars(self).pop("perform", None)  # a circle through the world itself
        self.holdings.clear()
        self.release()

    def settled(self) -> None:
        """Unwinding changes who holds what, so a report's facts are gathered before it."""
        self.stopped_in = self.running.tid
        if self.autopsy is not None:
            self.finding = self.autopsy(self)

    def thread(self) -> threading.Thread:
        """The calling thread's face."""
        return self.running.face  # type: ignore[no-any-return]

    def main(self) -> threading.Thread:
        """The scenario's own thread."""
        return self.main_thread  # type: ignore[no-any-return]

    def alive(self) -> list[threading.Thread]:
        """The threads that have started and not ended, and the scenario's own, which ``threading`` always lists."""
        return [thread.face for thread in self.threads if thread.tid == 0 or not thread.done]

    def ident(self) -> int:
        """The calling thread's identity."""
        return self.running.ident

    def peek(self) -> float:
        """The virtual clock, without an operation."""
        return self.clock

    # ---- hooks of rewritten code ---------------------------------------------------------------------------------

    def access(
        self,
        kind: str,
        target: Any,
        accesses: tuple[Any, ...],
        site: int,
        name: Any,
        again: Callable[[], tuple[Any, ...]] | None = None,
    ) -> Op | None:
        """A load or store of shared state is about to happen."""
        if not self.forked or self.quiet or self.over:
            return None
        if self.detail and id(target) not in self.names and issubclass(type(target), CONTAINERS):
            called = variable_of(target)
            if called is not None:
                self.names[id(target)] = self.unique(called)  # the trace keeps it, so its id stays its own
        op = Op(kind, target, accesses, None, None, site, name)
        steps = len(self.trace)
        self.point(op)
        if kind == "read" and again is None:
            return op if self.noting else None
        if again is not None and len(self.trace) > steps + 1:  # others moved, so it may touch something else by now
            op.accesses = again()
        for _, mode in op.accesses:
            if mode not in READING:
                self.running.effects += 1
        return op if self.noting else None

    def stuck_for_good(self) -> bool:
        """A circle of re-entrant locks is final, for only its holder can give such a lock back."""
        return bool(circle_of_owners(self))

    def turn(self, site: int, frame: FrameType) -> None:
        """A rewritten ``while`` loop begins a turn."""
        if self.outlook is not None:
            self.outlook.note(self.running.tid, site, frame, len(self.trace))
        if self.forked and not (self.over or self.quiet):
            spin.turn(self, site, frame)
        else:
            super().count_turn(site)

    def count_turn(self, site: int) -> None:
        """A rewritten ``for`` loop begins a turn."""
        if self.outlook is not None:
            self.outlook.note(self.running.tid, site, next(user_frames(sys._getframe(1))), len(self.trace))
        super().count_turn(site)

    def _perform_by_name(self, kind: str, target: Any, *args: Any, **more: Any) -> Any:
        """An operation, before which its object gets the name that the program has for it, if it has none yet."""
        named = target.owner if isinstance(target, Ticket) else target
        known = type(named).__module__.startswith("sync_tools.")  # of anything else nothing is asked
        if known and not self.over and getattr(named, "_sl_name", "") is None:
            name = variable_of(named, places_first=True)
            if name is not None:
                named._sl_name = self.unique(name)
        return super().perform(kind, target, *args, **more)

    def took(self, lock: Any) -> None:
        """The running thread holds `lock` from now on."""
        self.running.depth += 1
        if self.detail and not self.over:
            self.holdings.append((len(self.trace), self.running.tid, lock, caller_path()))

    def gave(self, lock: Any, ident: int) -> None:
        """The thread `ident` does not hold `lock` any more."""
        tid = ident - 1000
        if 0 <= tid < len(self.threads):
            self.threads[tid].depth -= 1
            if self.detail and not self.over:
                self.holdings.append((len(self.trace), tid, lock, None))
