"""Whose turn is next: who can run, what the plan and the strategy say, and when a schedule is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sync_tools.kernel.outlook import Outlook
from sync_tools.kernel.thread import VirtualThread
from sync_tools.words.errors import NotDeterministic
from sync_tools.words.operations import Op
from sync_tools.words.order import default_choice, preempts

MAX_STEPS = 5_000  # visible operations in one schedule before fairness is forced
PATIENCE = 4  # after so many times as many a schedule without an end is stopped

QUIESCENT = "quiescent"
PRUNED = "pruned"
LIVELOCK = "livelock"
LONG = "long"
ENDLESS = "endless-loop"
INTERRUPTED = "interrupted"
ENDED = "ended"


class Chooser(Protocol):
    """What the kernel asks of a strategy."""

    @property
    def plan(self) -> Sequence[int]:
        """Threads that go on first, one an operation; only then is the strategy asked."""

    def choose(self, view: Any, current: VirtualThread) -> VirtualThread | None:
        """The thread that runs next, or None to abandon the schedule as redundant."""


def pending(threads: Sequence[VirtualThread]) -> list[Op]:
    """What threads stand before."""
    return [thread.pending for thread in threads if thread.pending is not None]


def must_time_out(op: Op) -> bool:
    """True for a wait that only its time-out can end now.

    A sleep ends by itself, and what was asked not to wait goes on without what it asked for: no time passes.
    """
    return op.yields() and op.ready is not None and op.kind != "sleep" and not op.at_once


class Turns:
    """Decides who goes on, each time that a thread stands before a visible operation.

    Attributes:
        threads: all threads of the schedule, in order of creation.
        trace: the operations so far.
        stopped: why the schedule is over; "" while it is not.
        unfair: True once fairness had to be forced: the schedule was longer than the step budget.
        waited_out: the time-outs that ended a state in which nobody could go on but by one.
    """

    def __init__(self, chooser: Chooser, *, time: str, detail: bool, max_steps: int) -> None:
        self.chooser = chooser
        self.plan = chooser.plan
        self.planned = len(self.plan)
        self.free = 0  # up to so many steps the default order will do, once the plan is done, and nobody is asked
        self.exact = time == "exact"
        self.detail = detail
        self.program: frozenset[str] = frozenset()  # files of the program under test, where that is not the scenario
        self.noting = detail  # values are kept: for a report, or to see whether a long schedule gets on
        self.max_steps = max_steps
        self.threads: list[VirtualThread] = []
        self.trace: list[Op] = []
        self.departures: list[tuple[int, int, int]] = []
        self.clock = 0.0
        self.stopped = ""
        self.fault: BaseException | None = None
        self.interrupt: Callable[[], None] | None = None
        self.unfair = False
        self.effects: list[int] = []  # of each thread, when fairness was forced
        self.outlook: Outlook | None = None  # of the loops; None until fairness is forced
        self.waited_out: list[Op] = []
        self.around: list[VirtualThread] | None = None  # who can run now, once it was asked
        self.going = False  # the running thread can go on with more than letting time pass
        self.supposed: VirtualThread | None = None  # the one thread that may go on (see ``worlds/supposing.py``)
        self.limit = 0  # of steps, while there is one
        self.running: VirtualThread = None  # type: ignore[assignment]  # set before any virtual thread runs

    def _pick(self) -> VirtualThread | None:
        """Who runs next; None when the schedule ends here (``stopped``, ``fault`` or ``interrupt`` says why)."""
        current = self.running
        self.around = None
        try:
            if self.interrupt is not None:
                self.stopped = INTERRUPTED
                return None
            if self.supposed is not None:
                return self._alone(self.supposed)
            at = len(self.trace)
            if at < self.planned:
                return self._planned(at)
            op = current.pending
            simple = op is not None and op.ready is None and op.held is None
            self.going = simple or self.goes_on(current)
            if not self.going and not self._look_around():
                self.stopped = ENDED if self._nobody_awaited() else QUIESCENT
                return None
            if at >= self.max_steps:
                return self._fair()
            if at < self.free:
                self.running = default_choice(self.enabled(), current)
                return self.running
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

    def _alone(self, thread: VirtualThread) -> VirtualThread | None:
        """What one thread does by itself is looked at; a thread that it starts would be another one."""
        op = thread.pending
        goes_on = op is not None and op.kind != "start" and len(self.trace) < self.limit and self.goes_on(thread)
        self.running = thread
        return thread if goes_on else None

    def let_go(self) -> None:
        """A strategy will not be asked again in this schedule: from its choice on, the default order will do."""
        if not self.detail and self.interrupt is None:
            self.free = self.max_steps

    def interrupt_with(self, handle: Callable[[], None]) -> None:
        """End the schedule at the next scheduling point, and `handle` a signal then."""
        self.interrupt = handle
        self.free = self.planned = 0

    def _look_around(self) -> bool:
        """The running thread can't go on: can anybody?"""
        enabled = self.enabled()
        if enabled and all(must_time_out(op) for op in pending(enabled)):
            self.waited_out += pending(enabled)
        return bool(enabled)

    def _nobody_awaited(self) -> bool:
        """True when every thread that is left is one that the interpreter's exit ends: a daemon, or an idle worker."""
        return all(thread.done or thread.daemon or self.is_idle(thread) for thread in self.threads)

    def is_idle(self, thread: VirtualThread) -> bool:
        """True for an executor's worker that has nothing to do."""
        return False

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
        found = self.around
        if found is None:
            found = self._around()
            if not found and self.exact:
                # Exact time: nobody can move, so the clock goes to the next deadline.
                deadlines = [op.deadline for op in pending(self.threads) if op.deadline is not None]
                if deadlines:
                    self.clock = min(deadlines)
                    found = self._around()
            self.around = found
        return found

    def _around(self) -> list[VirtualThread]:
        found = []
        for thread in self.threads:
            op = thread.pending
            if op is not None and ((op.ready is None and op.held is None) or self.can_run(thread)):
                found.append(thread)
        return found

    def _fair(self) -> VirtualThread | None:
        steps = len(self.trace)
        if self.outlook is None:
            self.unfair = self.noting = True
            self.effects = [thread.effects for thread in self.threads]
            self.outlook = Outlook(steps)
        over = steps >= PATIENCE * self.max_steps
        # Asked in the middle too: what is seen to get on needs no more patience.
        if over or steps == 2 * self.max_steps:
            if self._nobody_awaited():
                self.stopped = ENDED
            elif not self.stuck_for_good() and self.outlook.get_on(steps, self.trace):
                self.stopped = LONG
            elif over:
                self.stopped = LIVELOCK
            if self.stopped:
                return None
        self.running = min(self.enabled(), key=lambda thread: (thread.last_run, thread.tid))
        return self.running

    def stuck_for_good(self) -> bool:
        """True when some threads can never run again, whatever the others do."""
        raise NotImplementedError

    def _note_choice(self, following: VirtualThread, enabled: list[VirtualThread], current: VirtualThread) -> None:
        if following.pending is not None:
            following.pending.preempts = preempts(following, enabled, current)
        if following is not default_choice(enabled, current):
            self.departures.append((current.tid, current.ops, following.tid))
