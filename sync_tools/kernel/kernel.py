"""The kernel of the explored world: it runs one schedule.

A virtual thread stops *before* each visible operation (:meth:`Kernel.point`). The operation stands as pending, the
strategy picks among the enabled threads, and the carrier switches straight to the chosen one, or not at all when the
same thread goes on. Invisible work runs without a switch. When nobody is enabled the schedule is quiescent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sync_tools.kernel.thread import VirtualThread
from sync_tools.kernel.turns import ENDED, ENDLESS, MAX_STEPS, QUIESCENT, Chooser, Turns
from sync_tools.seams import carrier
from sync_tools.seams.world import TIMED_OUT, here
from sync_tools.words.errors import InternalError, Unwind
from sync_tools.words.operations import READING, SYNC, Access, Op, identity
from sync_tools.words.sites import caller_site, site_within

MAX_TURNS = 300_000  # loop turns without a visible operation
LATE_TURNS = 1_000  # the same for a thread that is being unwound: it waits for what can't come any more
FIRST_LEAP = 0.001  # seconds; a loop that polls the clock sees it leap, twice as far each time

CLOCK = (0, "clock")  # the location of virtual time

# No loop makes progress by these: a lock is given back, and a wait with a time-out begins anew.
_OWN_AFFAIRS = frozenset({"acquire", "release", "try", "wait"})


class Kernel(Turns):
    """Runs one schedule of a scenario.

    Args:
        chooser: the strategy.
        time: "any" (every delay is a lower bound) or "exact" (the clock moves only when nobody is enabled).
        detail: keep values, sites and departures, for a report.
    """

    name = "explored"

    def __init__(
        self, chooser: Chooser, *, time: str = "any", detail: bool = False, max_steps: int = MAX_STEPS
    ) -> None:
        super().__init__(chooser, time=time, detail=detail, max_steps=max_steps)
        self.children: dict[int, int] = {}  # index of a start in the trace -> the thread that it started
        self.errors: list[tuple[VirtualThread, BaseException, int]] = []
        self.stopped_site: Any = None
        self.turns = 0
        self.forked = False  # invariant: False means that no second thread has existed, so nothing needs recording
        self.over = False  # the schedule has ended; what still runs is only unwinding
        self.quiet = 0  # > 0: inside an operation's effect, where nobody may switch
        self.hub: Any = None
        self.living = 0  # threads that have not ended
        self.exiting = False  # no thread is left but daemons and executors' workers
        self.kept: list[Any] = []  # what operations touched besides their targets: its ids must stay its own

    @property
    def quiescent(self) -> bool:
        """True when the schedule ended because nobody could ever run again."""
        return self.stopped == QUIESCENT

    @property
    def exhausted(self) -> bool:
        """True when the schedule went on for as long as anybody could run; what still waits counts in the search."""
        return self.stopped in (QUIESCENT, ENDED)

    # ---- running -------------------------------------------------------------------------------------------------

    def run(self, body: Callable[[], Any], face: Any) -> None:
        """Run `body` as thread 0 until the schedule ends; never raises what the scenario raised."""
        self.hub = carrier.hub()
        main = VirtualThread(0, face, daemon=False)
        self.threads.append(main)
        self.living = 1
        main.carrier = carrier.make(lambda: self._thread_body(main, body), self.hub)
        here.world = self  # type: ignore[assignment]
        try:
            current: VirtualThread | None = main
            while current is not None:
                self.running = current
                current.carrier.switch()
                if self.stopped or self.fault or self.interrupt:
                    break
                current = self._next_after_end()
            self.settled()
        finally:
            self.over = True
            try:
                self._unwind_all()
            finally:
                here.world = None
        if self.fault is not None:
            raise self.fault
        if self.interrupt is not None:
            self.interrupt()

    def forget(self) -> None:
        """Let go of all that the schedule made, so that no cycle is left to the garbage collector.

        What outlives it (a logging handler with a lock) can still be used, by nobody but the thread that ran last.
        """
        for thread in self.threads:
            thread.pending = thread.carrier = thread.face = None
            thread.loops.clear()
        self.outlook = None
        for kept in (self.trace, self.threads, self.kept, self.errors, self.children):
            kept.clear()

    def _next_after_end(self) -> VirtualThread | None:
        """Called in the hub when a thread has ended."""
        self.living -= 1
        if not self.living:
            self.stopped = ENDED
            return None
        # Daemon threads go on for as long as they can: what they would have done races with what the others did, and
        # a search that never sees it would call a part of the schedules all of them.
        return self._pick()

    def _unwind_all(self) -> None:
        for thread in reversed(self.threads):
            if not thread.done and thread.carrier:
                self.running = thread
                self.turns = 0
                carrier.unwind(thread.carrier, self.hub)

    def _thread_body(self, thread: VirtualThread, body: Callable[[], Any]) -> None:
        try:
            body()
        except Unwind:
            pass
        except SystemExit as error:
            if thread.tid == 0 and not self.over:  # in any other thread it ends just that thread, as in CPython
                self.errors.append((thread, error, len(self.trace)))
        except BaseException as error:
            if not self.over:
                self.errors.append((thread, error, len(self.trace)))
        try:
            if not self.over and (thread.tid != 0 or self.living > 1):  # nobody could tell of the last one's end
                self.end(thread)
        except Unwind:
            pass
        if thread.starter is not None and not self.over:
            raise InternalError("a thread ended before its first scheduling point")
        thread.ops += 1
        thread.done = True
        self.exiting = self.exiting or all(t.done or t.daemon or t.worker for t in self.threads)

    def settled(self) -> None:
        """The schedule has ended, and nothing was unwound yet."""

    def end(self, thread: VirtualThread) -> None:
        """The operation of a thread's end."""
        raise NotImplementedError

    def spawn(self, face: Any, daemon: bool, body: Callable[[], Any], worker: bool = False) -> VirtualThread:
        """Make a virtual thread and run it up to its first visible operation; nobody can see what comes before."""
        self.forked = True
        thread = VirtualThread(len(self.threads), face, daemon, worker)
        self.threads.append(thread)
        self.living += 1
        starter = self.running
        thread.starter = starter
        self.children[len(self.trace) - 1] = thread.tid
        thread.carrier = carrier.make(lambda: self._thread_body(thread, body), self.hub)
        quiet, self.quiet = self.quiet, 0
        self.running = thread
        thread.carrier.switch()
        self.quiet = quiet
        if self.over:
            raise Unwind
        return thread

    # ---- scheduling points ---------------------------------------------------------------------------------------

    def point(self, op: Op) -> None:
        """Stand before `op` until it is chosen; then it is part of the trace."""
        thread = self.running
        op.tid = tid = thread.tid
        op.count = thread.ops = thread.ops + 1
        self.turns = 0
        trace = self.trace
        at = len(trace)
        stays = self.plan[at] == tid if at < self.planned else at < self.free
        if not (stays and (op.ready is None or op.ready()) and thread.starter is None and thread.hold is None):
            self._stand(thread, op)
            at = len(trace)
        thread.last_run = at
        trace.append(op)

    def _stand(self, thread: VirtualThread, op: Op) -> None:
        thread.pending = op
        if thread.hold is not None:
            thread.hold.meet(thread, op)
        if self.detail:
            if op.site is None:
                op.site = caller_site()
            if self.program:
                op.within = site_within(self.program)
        starter = thread.starter
        if starter is not None:
            thread.starter = None
            self.running = starter
            starter.carrier.switch()
        else:
            following = self._pick()
            if following is None:
                self.hub.switch()
            elif following is not thread:
                self.running = following
                following.carrier.switch()
        if self.over:
            raise Unwind
        thread.pending = None

    def perform(
        self,
        kind: str,
        target: Any,
        act: Callable[[], Any],
        ready: Callable[[], bool] | None = None,
        timeout: float | None = None,
        mode: str = "W",
        expire: Callable[[], None] | None = None,
        also: tuple[Access, ...] = (),
        state: Callable[[], Any] | None = None,
        fits: Callable[[Any], bool] | None = None,
    ) -> Any:
        """A guarded action: see :class:`sync_tools.seams.world.World`."""
        if self.over or self.quiet:
            return self._perform_quietly(act, ready, timeout, expire)
        if not self.forked and (ready is None or ready()):
            return act()
        deadline = None if timeout is None else self.clock + max(0.0, timeout)
        if deadline is not None:
            also = (*also, (CLOCK, "e"))  # giving up moves the clock, which commutes unless somebody reads it
        op = Op(kind, target, (((identity(target), SYNC), mode), *also), ready, deadline)
        if fits is not None:
            op.fits = fits
        if timeout is not None and timeout <= 0:
            op.at_once = True
        self.point(op)
        if state is not None:
            op.state = state()
        if deadline is not None and ready is not None and not ready():
            # Only an operation with a deadline is ever chosen before its guard holds.
            op.succeeded = False
            self.pass_time(deadline)
            if expire is not None:
                expire()
            return TIMED_OUT
        self.quiet += 1
        try:
            result = act()
        finally:
            self.quiet -= 1
        if kind == "try" and not result:
            op.succeeded = False
        elif kind == "wake" or (mode not in READING and kind not in _OWN_AFFAIRS):
            self.running.effects += 1  # a wake-up uses a signal up
        return result

    def signal(self, ticket: Any) -> None:
        """Part of the effect of an operation: the thread that waits with `ticket` may go on."""
        if self.forked and self.trace and not self.over:
            self.kept.append(ticket)
            op = self.trace[-1]
            op.accesses = (*op.accesses, ((identity(ticket), SYNC), "S"))

    def _perform_quietly(
        self,
        act: Callable[[], Any],
        ready: Callable[[], bool] | None,
        timeout: float | None,
        expire: Callable[[], None] | None,
    ) -> Any:
        """In a world that is over, or inside another operation's effect: no point, no record, no waiting."""
        if self.over:
            self._count_late()
        if ready is None or ready():
            return act()
        if timeout is not None:
            if expire is not None:
                expire()
            return TIMED_OUT
        if self.over:
            raise Unwind
        raise InternalError("an operation's effect tried to wait")

    def _count_late(self) -> None:
        """Count an operation in a world that is over: code that swallows the unwinding in a loop does so for ever."""
        self.turns += 1
        if self.turns > LATE_TURNS:
            self.hub.switch()  # which tries to unwind it a few times more, and gives it up
            raise Unwind

    # ---- time ----------------------------------------------------------------------------------------------------

    def pass_time(self, until: float) -> None:
        """Move the clock forward to `until`."""
        self.clock = max(self.clock, until)

    def sleep(self, seconds: float) -> None:
        """A sleep synchronizes nothing: it may go on at any moment from now on, and the clock is then late enough."""
        if self.over:
            self._count_late()
        if self.over or self.quiet:
            return
        deadline = self.clock + max(0.0, seconds)
        if self.forked:
            self.point(Op("sleep", self.running.face, ((CLOCK, "e"),), lambda: False, deadline))
        self.pass_time(deadline)

    def now(self) -> float:
        """Read the clock."""
        if self.forked and not (self.over or self.quiet):
            self.point(Op("clock", self, ((CLOCK, "R"),)))
        return self.clock

    # ---- loops ---------------------------------------------------------------------------------------------------

    def stop(self, reason: str, site: Any) -> None:
        """End the schedule from inside a virtual thread; only an unwinding comes back."""
        self.stopped = reason
        self.stopped_site = site
        while True:
            self.hub.switch()
            if self.over:
                raise Unwind

    def count_turn(self, site: Any) -> None:
        """Count a loop turn without a visible operation, so that an endless loop ends in bounded time."""
        self.turns += 1
        if self.over:
            if self.turns > LATE_TURNS:
                raise Unwind
        elif self.turns > MAX_TURNS:
            self.stop(ENDLESS, site)
