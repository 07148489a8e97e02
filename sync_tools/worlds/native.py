"""The native world: OS threads, with seeded noise at the very points where the explored world would switch.

A bare ``self.value += 1`` never races by itself on a GIL build; noise between its load and its store makes it. Threads
that wait do so in :meth:`NativeWorld.perform`, under one monitor, so a deadlock is found when the last one begins to
wait (quiescence, not a stopwatch), and their waits can be cancelled.
"""

from __future__ import annotations

import _thread
import random
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from sync_tools.kernel.outlook import Outlook
from sync_tools.kernel.turns import QUIESCENT
from sync_tools.models.clock import real_sleep
from sync_tools.models.executors import awaits_work
from sync_tools.models.locks import RealLock, RealRLock
from sync_tools.seams import lives
from sync_tools.seams.world import TIMED_OUT, here
from sync_tools.words.errors import Unwind
from sync_tools.words.sites import caller_site, frame_site, user_frames
from sync_tools.worlds.base import Faces
from sync_tools.worlds.native_threads import NativeThread, Parked
from sync_tools.worlds.supposing_natively import Supposing

MAX_TURNS = 2_000_000  # loop turns of one thread without a visible operation
MAX_ACCESSES = 300_000  # accesses of one thread after which its loops must come nearer to an end
WATCHED = 50_000  # the last of these, in which it is seen whether they do
LONGEST_SLEEP = 0.002  # seconds; a sleep synchronizes nothing, so a long one only costs time
STALL = 30.0  # seconds without any operation after which a thread is taken to be stuck in a real call
_Random = random.Random
_start_new_thread = _thread.start_new_thread
_monotonic = time.monotonic


class _Me(threading.local):
    thread: NativeThread


class NativeWorld(Faces):
    """One round of a scenario on OS threads.

    Args:
        seed: of the noise and of the program's ``random``.
        autopsy: called when nobody can ever run again, while everybody waits.
    """

    name = "native"

    def __init__(self, seed: str, autopsy: Callable[[NativeWorld], Any]) -> None:
        super().__init__(0)
        self.seed_text = seed
        self.autopsy = autopsy
        self.monitor = RealLock()  # invariant: held whenever the state of a model is read or changed
        self.making = RealRLock()  # re-entrant: the stand-in of a condition needs that of its lock
        self.threads: list[NativeThread] = []
        self.parked: list[Parked] = []
        self.gated: list[NativeThread] = []
        self.errors: list[tuple[NativeThread, BaseException]] = []
        self.over = False
        self.quiet = 0
        self.stopped = ""
        self.stopped_site: Any = None
        self.finding: Any = None
        self.unseen: set[str] = set()
        self.steps = 0
        self.finished = RealLock()  # released when the round is over, or nobody can go on
        self.finished.acquire()
        self.alone: Supposing | None = None  # once all wait, and one thread goes on by itself to be looked at
        self._me = _Me()
        self.main_thread = self.main_face()

    # ---- a round -------------------------------------------------------------------------------------------------

    def run(self, body: Callable[[], Any]) -> str | None:
        """Run `body` in an OS thread until all threads have ended or nobody can go on.

        Returns:
            Where a thread is stuck in a real call, when the round could not be ended; else None.
        """
        main = self._add(self.main_thread, daemon=False)
        self.main_thread.__dict__["_sl_state"].ident = 1000
        main.gate.release()
        _start_new_thread(self._body, (main, body))
        try:
            stuck = self._wait()
            if stuck is None and self.stopped == QUIESCENT:
                self.finding = self.autopsy(self)
                self._cancel()
                stuck = self._wait()
        finally:
            self._cancel()
        return stuck

    def _wait(self) -> str | None:
        steps = -1
        while not self.finished.acquire(timeout=STALL):
            if self.steps == steps:
                return self._stall()
            steps = self.steps
        return None

    def _stall(self) -> str:
        frames = sys._current_frames()
        for thread in self.threads:
            frame = frames.get(thread.os_ident)
            if not thread.done and frame is not None and all(parked.thread is not thread for parked in self.parked):
                place = frame_site(frame)
                return f"{thread.face.name} does not come back from {place.short()}: {place.source}"
        return "a thread does not come back from a real call"

    def _add(self, face: Any, daemon: bool, worker: bool = False) -> NativeThread:
        thread = NativeThread(len(self.threads), face, daemon, worker, f"{self.seed_text}/{len(self.threads)}")
        thread.gate.acquire()
        self.threads.append(thread)
        return thread

    def _body(self, thread: NativeThread, body: Callable[[], Any]) -> None:
        self._me.thread = thread
        thread.os_ident = _thread.get_ident()
        here.world = self
        thread.gate.acquire()
        try:
            if not self.over:
                body()
        except Unwind:
            pass
        except SystemExit as error:
            if thread.tid == 0:
                self.errors.append((thread, error))
        except BaseException as error:
            if not self.over and self.alone is None:
                self.errors.append((thread, error))
        finally:
            if lives.watcher is not None:
                lives.watcher.ended(thread.face)
            here.world = None
            self._open_gates()
            with self.monitor:
                thread.done = True
                thread.face.__dict__["_sl_state"].status = "ended"
                self.exiting = self.exiting or all(t.done or t.daemon or t.worker for t in self.threads)
                self._wake()
                self._look_for_the_end()

    def _look_for_the_end(self) -> None:
        """Under the monitor: is everybody done, or is nobody able to go on?"""
        if self.alone is not None and not self.over:
            self.alone.settle()
            return
        alive = [thread for thread in self.threads if not thread.done]
        idle = {parked.thread.tid for parked in self.parked if awaits_work(parked) and not parked.signalled}
        if all(thread.daemon or thread.tid in idle for thread in alive):  # whom the interpreter's exit ends
            self._finish()
        elif not (self.over or self.gated or self.stopped):
            waiting = {parked.thread.tid for parked in self.parked if parked.patient and not parked.signalled}
            if all(thread.tid in waiting for thread in alive):
                self.stopped = QUIESCENT
                self.finished.release()

    def _finish(self) -> None:
        if self.finished.locked():
            self.finished.release()
        self._unpark_all()

    def _unpark_all(self) -> None:
        self.over = True
        for parked in self.parked:
            if not parked.signalled:
                parked.signalled = True
                parked.lock.release()

    def _cancel(self) -> None:
        self._open_gates()
        with self.monitor:
            self._unpark_all()

    def _stop(self, reason: str, site: Any) -> None:
        with self.monitor:
            if not self.over and self.alone is None:
                self.stopped, self.stopped_site = reason, site
                self._unpark_all()
        raise Unwind

    # ---- operations ----------------------------------------------------------------------------------------------

    def perform(
        self,
        kind: str,
        target: Any,
        act: Callable[[], Any],
        ready: Callable[[], bool] | None = None,
        timeout: float | None = None,
        mode: str = "W",
        expire: Callable[[], None] | None = None,
        also: tuple[Any, ...] = (),
        state: Callable[[], Any] | None = None,
        fits: Callable[[Any], bool] | None = None,
    ) -> Any:
        """A guarded action, on real threads: see :class:`sync_tools.seams.world.World`."""
        self._open_gates()
        if not self.over:
            self._make_noise()
        with self.monitor:
            if self.alone is not None:
                self.alone.step(self)
            if ready is None or ready():
                result = act()
                self._wake()
                return result
            if timeout is not None and (timeout <= 0 or self.over):
                if expire is not None:
                    expire()
                return TIMED_OUT
            if self.over:
                raise Unwind
            parked = Parked(self._me.thread, kind, target, ready, timeout is None)
            self.parked.append(parked)
            self._look_for_the_end()
        end = None if timeout is None else _monotonic() + timeout
        while True:
            parked.lock.acquire(timeout=-1 if end is None else max(0.0, end - _monotonic()))
            with self.monitor:
                if self.over:
                    self.parked.remove(parked)
                    raise Unwind
                if parked.ready():
                    self.parked.remove(parked)
                    result = act()
                    self._wake()
                    return result
                if end is not None and _monotonic() >= end:
                    self.parked.remove(parked)
                    if expire is not None:
                        expire()
                    return TIMED_OUT
                parked.signalled = False
                self._look_for_the_end()

    def signal(self, ticket: Any) -> None:
        """Guards are asked after every operation, so nobody needs to be told."""

    def _wake(self) -> None:
        """Under the monitor: let those go on whose guard holds now; whoever is first takes what there is."""
        self.steps += 1
        if self.alone is not None and not self.over:
            return  # the others stay where they are
        for parked in self.parked:
            if not parked.signalled and parked.ready():
                parked.signalled = True
                parked.lock.release()

    def _make_noise(self) -> None:
        thread = self._me.thread
        thread.turns = 0
        chance = thread.noise.random()
        if chance < 0.25:
            real_sleep(0)
        elif chance < 0.35:
            real_sleep(thread.noise.random() * 0.0001)

    def access(
        self,
        kind: str,
        target: Any,
        accesses: tuple[Any, ...],
        site: int,
        name: Any,
        again: Callable[[], tuple[Any, ...]] | None = None,
    ) -> None:
        """A load or store of shared state is about to happen: make noise, if there is anyone to hear it."""
        if len(self.threads) == 1:
            return
        if self.over:
            return
        if self.alone is not None:
            self.alone.step(self)
        self._open_gates()
        thread = self._me.thread
        thread.accesses += 1
        if thread.accesses >= MAX_ACCESSES - WATCHED:
            self._watch(thread, site)
        self._make_noise()
        self.steps += 1

    def _watch(self, thread: NativeThread, site: int) -> None:
        """A thread goes on and on: where its loops come no nearer to an end, it is stopped."""
        if thread.outlook is None:
            thread.outlook = Outlook(thread.accesses)
        if thread.accesses >= MAX_ACCESSES:
            if not thread.outlook.get_on(thread.accesses):
                self._stop("livelock", site)
            thread.accesses, thread.outlook = 0, None

    def turn(self, site: int, frame: FrameType) -> None:
        """A loop begins a turn."""
        self.count_turn(site)

    def count_turn(self, site: Any) -> None:
        """Count turns without a visible operation, so that an endless loop ends."""
        thread = self._me.thread
        if thread.outlook is not None:
            thread.outlook.note(thread.tid, site, next(user_frames(sys._getframe(1))), thread.accesses)
        thread.turns += 1
        if self.over and thread.turns > 1000:
            raise Unwind
        if thread.turns > MAX_TURNS:
            self._stop("endless-loop", site)

    def stand_in(self, real: Any, make: Callable[[Any], Any]) -> Any:
        """See :class:`sync_tools.worlds.base.Twins`; two threads may ask for the same one at once."""
        with self.making:
            return super().stand_in(real, make)

    # ---- threads and time ----------------------------------------------------------------------------------------

    def start(self, thread: Any) -> None:
        """Start a thread. It waits at a gate until its starter does something else, so that all begin at once."""
        state = thread.__dict__["_sl_state"]
        with self.monitor:
            if self.over or self.alone is not None:
                raise Unwind
            made = self._add(thread, state.daemon and not state.worker, state.worker)
            state.status = "started"
            state.ident = 1000 + made.tid
            self.gated.append(made)
        _start_new_thread(self._body, (made, thread.run))

    def _open_gates(self) -> None:
        if self.gated:
            with self.monitor:
                gated, self.gated = self.gated, []
            if gated:
                _Random(f"{self.seed_text}/gates").shuffle(gated)
                for thread in gated:
                    thread.gate.release()

    def took(self, lock: Any) -> None:
        """The calling thread holds `lock` from now on."""
        self._me.thread.held.append((lock, caller_site()))

    def gave(self, lock: Any, ident: int) -> None:
        """The thread `ident` does not hold `lock` any more."""
        tid = ident - 1000
        if 0 <= tid < len(self.threads):
            thread = self.threads[tid]
            thread.held = [pair for pair in thread.held if pair[0] is not lock]

    def thread(self) -> threading.Thread:
        """The calling thread's face."""
        return self._me.thread.face  # type: ignore[no-any-return]

    def main(self) -> threading.Thread:
        """The scenario's own thread."""
        return self.main_thread  # type: ignore[no-any-return]

    def alive(self) -> list[threading.Thread]:
        """The threads that have started and not ended, and the scenario's own, which ``threading`` always lists."""
        return [thread.face for thread in self.threads if thread.tid == 0 or not thread.done]

    def ident(self) -> int:
        """The calling thread's identity."""
        return 1000 + self._me.thread.tid

    def sleep(self, seconds: float) -> None:
        """Sleep, but not long."""
        self._open_gates()
        if self.over:
            raise Unwind
        real_sleep(min(seconds, LONGEST_SLEEP))

    def now(self) -> float:
        """The real clock."""
        return _monotonic()

    peek = now
