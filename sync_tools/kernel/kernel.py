"""The kernel of the explored world: it runs one schedule.

A virtual thread stops *before* each visible operation (:meth:`Kernel.point`). The operation stands as pending, the
strategy picks among the enabled threads, and the carrier switches straight to the chosen one, or not at all when the
same thread goes on. Invisible work runs without a switch. When nobody is enabled the schedule is quiescent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sync_tools.kernel.thread import VirtualThread
from sync_tools.seams import carrier
from sync_tools.seams.world import TIMED_OUT, here
from sync_tools.words.errors import InternalError, NotDeterministic, Unwind
from sync_tools.words.operations import READING, SYNC, Access, Op
from sync_tools.words.order import default_choice, preempts
from sync_tools.words.sites import caller_site

MAX_STEPS = 5_000  # visible operations in one schedule before fairness is forced, and once more after it
MAX_TURNS = 300_000  # loop turns without a visible operation
LATE_TURNS = 1_000  # the same for a thread that is being unwound: it waits for what can't come any more
FIRST_LEAP = 0.001  # seconds; a loop that polls the clock sees it leap, twice as far each time

CLOCK = (0, "clock")  # the location of virtual time

# No loop makes progress by these: a lock is given back, and a wait with a time-out begins anew.
_OWN_AFFAIRS = frozenset({"acquire", "release", "try", "wait"})

QUIESCENT = "quiescent"
PRUNED = "pruned"
LIVELOCK = "livelock"
ENDLESS = "endless-loop"
INTERRUPTED = "interrupted"
ENDED = "ended"


class Chooser(Protocol):
    """What the kernel asks of a strategy."""

    plan: Sequence[int]  # threads that go on first, one an operation; only then is the strategy asked

    def choose(self, view: Kernel, current: VirtualThread) -> VirtualThread | None:
        """The thread that runs next, or None to abandon the schedule as redundant."""


class Kernel:
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
        self.chooser = chooser
        self.plan = chooser.plan
        self.planned = len(self.plan)
        self.exact = time == "exact"
        self.detail = detail
        self.max_steps = max_steps
        self.threads: list[VirtualThread] = []
        self.trace: list[Op] = []
        self.departures: list[tuple[int, int, int]] = []
        self.children: dict[int, int] = {}  # index of a start in the trace -> the thread that it started
        self.errors: list[tuple[VirtualThread, BaseException, int]] = []
        self.stopped = ""
        self.stopped_site: Any = None
        self.fault: BaseException | None = None
        self.interrupt: Callable[[], None] | None = None
        self.unfair = False  # True once fairness had to be forced: the schedule was longer than the step budget
        self.clock = 0.0
        self.turns = 0
        self.going = False  # the running thread can go on with more than letting time pass
        self.forked = False  # invariant: False means that no second thread has existed, so nothing needs recording
        self.over = False  # the schedule has ended; what still runs is only unwinding
        self.quiet = 0  # > 0: inside an operation's effect, where nobody may switch
        self.running: VirtualThread = None  # type: ignore[assignment]  # set before any virtual thread runs
        self.hub: Any = None
        self.living = 0  # threads that have not ended
        self.leap = FIRST_LEAP
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
        """Let go of all that the schedule made, so that no cycle is left to the garbage collector."""
        for thread in self.threads:
            thread.pending = thread.carrier = thread.face = None
            thread.loops.clear()
        for kept in (self.trace, self.threads, self.kept, self.errors, self.children):
            kept.clear()  # type: ignore[attr-defined]
        self.running = None  # type: ignore[assignment]

    def _next_after_end(self) -> VirtualThread | None:
        """Called in the hub when a thread has ended."""
        self.living -= 1
        if not self.living:
            self.stopped = ENDED
            return None
        # Daemon threads go on for as long as they can: what they would have done races with what the others did, and
        # a search that never sees it would call a part of the schedules all of them.
        return self._pick()

    def _only_daemons(self) -> bool:
        """True when every thread that is left is a daemon."""
        return all(thread.done or thread.daemon for thread in self.threads)

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
            if not self.over and thread.tid != 0:
                self.end(thread)
        except Unwind:
            pass
        if thread.starter is not None and not self.over:
            raise InternalError("a thread ended before its first scheduling point")
        thread.ops += 1
        thread.done = True

    def settled(self) -> None:
        """The schedule has ended, and nothing was unwound yet."""

    def end(self, thread: VirtualThread) -> None:
        """The operation of a thread's end."""
        raise NotImplementedError

    def spawn(self, face: Any, daemon: bool, body: Callable[[], Any]) -> VirtualThread:
        """Make a virtual thread and run it up to its first visible operation; nobody can see what comes before."""
        self.forked = True
        thread = VirtualThread(len(self.threads), face, daemon)
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
        stays = at < self.planned and self.plan[at] == tid and thread.starter is None and thread.hold is None
        if not (stays and (op.ready is None or op.ready())):
            self._stand(thread, op)
            at = len(trace)
        thread.last_run = at
        trace.append(op)

    def _stand(self, thread: VirtualThread, op: Op) -> None:
        thread.pending = op
        if thread.hold is not None:
            thread.hold.meet(thread, op)
        if self.detail and op.site is None:
            op.site = caller_site()
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
        op = Op(kind, target, (((id(target), SYNC), mode), *also), ready, deadline)
        if fits is not None:
            op.fits = fits
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
            op.accesses = (*op.accesses, ((id(ticket), SYNC), "S"))

    def _perform_quietly(
        self,
        act: Callable[[], Any],
        ready: Callable[[], bool] | None,
        timeout: float | None,
        expire: Callable[[], None] | None,
    ) -> Any:
        """In a world that is over, or inside another operation's effect: no point, no record, no waiting."""
        if ready is None or ready():
            return act()
        if timeout is not None:
            if expire is not None:
                expire()
            return TIMED_OUT
        if self.over:
            raise Unwind
        raise InternalError("an operation's effect tried to wait")

    def _pick(self) -> VirtualThread | None:
        """Who runs next; None when the schedule ends here (``stopped``, ``fault`` or ``interrupt`` says why)."""
        current = self.running
        try:
            if self.interrupt is not None:
                self.stopped = INTERRUPTED
                return None
            at = len(self.trace)
            if at < self.planned:
                return self._planned(at)
            op = current.pending
            simple = op is not None and op.ready is None and op.held is None
            self.going = simple or self.goes_on(current)
            if not self.going and not self.enabled():
                self.stopped = ENDED if self._only_daemons() else QUIESCENT
                return None
            if at >= self.max_steps:
                return self._fair()
            following = self.chooser.choose(self, current)
            if following is None:
                self.stopped = PRUNED
                return None
            if self.detail:
                self._note_choice(following, self.enabled(), current)
            self.running = following
            return following
        except BaseException as fault:  # raised to the hub: user code must not see, nor swallow, a fault of ours
            self.fault = fault
            return None

    def _planned(self, at: int) -> VirtualThread:
        tid = self.plan[at]
        if tid < len(self.threads) and self.can_run(self.threads[tid]):
            self.running = self.threads[tid]
            return self.running
        raise NotDeterministic(
            "is the scenario fully deterministic? When this schedule was run before, thread "
            f"{tid} could go on after {at} operations, and now it can't"
        )

    def can_run(self, thread: VirtualThread) -> bool:
        """True when the operation before which `thread` stands can be done now, if only by timing out."""
        op = thread.pending
        if op is None:
            return False
        if op.deadline is None:
            return (op.ready is None or op.ready()) and (op.held is None or op.held())
        if op.held is not None and not op.held():
            return op.ready is not None and op.ready()
        return not self.exact or op.deadline <= self.clock or (op.ready is not None and op.ready())

    def goes_on(self, thread: VirtualThread) -> bool:
        """True when `thread` can do more than let time pass."""
        op = thread.pending
        if op is None or (op.ready is not None and not op.ready()):
            return False
        return op.deadline is not None or op.held is None or op.held()

    def enabled(self) -> list[VirtualThread]:
        """The threads that can run, in order of creation."""
        found = [thread for thread in self.threads if thread.pending is not None and self.can_run(thread)]
        if found or not self.exact:
            return found
        # Exact time: nobody can move, so the clock goes to the next deadline.
        deadlines = [t.pending.deadline for t in self.threads if t.pending and t.pending.deadline is not None]
        if not deadlines:
            return []
        self.clock = min(deadlines)
        return [thread for thread in self.threads if thread.pending is not None and self.can_run(thread)]

    def _fair(self) -> VirtualThread | None:
        self.unfair = True
        if len(self.trace) >= 2 * self.max_steps:
            self.stopped = ENDED if self._only_daemons() else LIVELOCK
            return None
        self.running = min(self.enabled(), key=lambda thread: (thread.last_run, thread.tid))
        return self.running

    def _note_choice(self, following: VirtualThread, enabled: list[VirtualThread], current: VirtualThread) -> None:
        if following.pending is not None:
            following.pending.preempts = preempts(following, enabled, current)
        if following is not default_choice(enabled, current):
            self.departures.append((current.tid, current.ops, following.tid))

    # ---- time ----------------------------------------------------------------------------------------------------

    def pass_time(self, until: float) -> None:
        """Move the clock forward to `until`."""
        self.clock = max(self.clock, until)

    def sleep(self, seconds: float) -> None:
        """A sleep synchronizes nothing: it may go on at any moment from now on, and the clock is then late enough."""
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
