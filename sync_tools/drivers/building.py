"""From a schedule, run again with all details kept, to a :class:`Failure`."""

from __future__ import annotations

import itertools
import threading
import traceback
from collections.abc import Callable
from typing import Any

from sync_tools.detectors.patterns import TAKEN_BY, TIMED_OUT, classify
from sync_tools.drivers.autopsy import Holdings, name_of, op_site, places
from sync_tools.drivers.naming import Names, operation_word
from sync_tools.drivers.runner import Run
from sync_tools.drivers.together import RAISED_IN
from sync_tools.kernel.turns import ENDLESS, LIVELOCK
from sync_tools.words import failure as kinds
from sync_tools.words.addresses import without_addresses
from sync_tools.words.failure import Failure, Step
from sync_tools.words.history import History
from sync_tools.words.operations import READING, Op
from sync_tools.words.sites import KIT, site
from sync_tools.words.telling import Telling

# What only the order of threads is made of; shown only where somebody waits for it.
FRAME = frozenset({"start", "end", "join", "clock", "sleep", "spin"})

# Operations of a schedule up to which its synchronization order is worked out: a longer one is a loop that goes on.
MOST_ORDERED = 5_000

# What gives up when its time is over.
_TIMED = frozenset({"wake", "acquire", "down", "join", "pass", "result", "wait_for"})
_OF_QUEUES = {"get": "it is empty", "put": "it is full"}


def shared_locations(trace: list[Op]) -> set[Any]:
    """Locations that two threads touched, at least one of them changing it."""
    touched: dict[Any, set[int]] = {}
    changed = set()
    for op in trace:
        for location, mode in op.accesses:
            touched.setdefault(location, set()).add(op.tid)
            if mode not in READING:
                changed.add(location)
    return {location for location, tids in touched.items() if len(tids) > 1 and location in changed}


def shown(run: Run) -> dict[int, int]:
    """Which operations of the trace are steps of the report: their index, and the number of the step (from 1)."""
    world = run.world
    shared = shared_locations(world.trace)
    if world.quiescent:  # what a thread still waits for belongs to the story of a deadlock
        shared |= {location for thread in world.threads if thread.pending for location, _ in thread.pending.accesses}
    matter = [
        index
        for index, op in enumerate(world.trace)
        if (op.kind == "join" and not op.succeeded)
        or (op.kind not in FRAME and any(location in shared for location, _ in op.accesses))
    ]
    return {index: number for number, index in enumerate(matter, 1)}


def build_steps(
    run: Run,
    holdings: Holdings,
    numbers: dict[int, int] | None = None,
    name: Callable[[Op, Any], str] | None = None,
    ordered: bool = True,
) -> tuple[Step, ...]:
    """The steps of a schedule.

    Args:
        run: the schedule, run with details.
        holdings: who held which lock in it.
        numbers: which operations of the trace are steps, see :func:`shown`; by default those on what threads share.
        name: how to call what an operation touches, in that world; by default as :class:`Names` does.
        ordered: False leaves out which steps of others synchronization orders before each.
    """
    world = run.world
    numbers = shown(run) if numbers is None else numbers
    name = name or Names().of
    after = _after(run, numbers) if ordered else {}
    steps: list[Step] = []
    preempted = False
    for index, op in enumerate(world.trace):
        # A preemption before a step that is not shown is shown at the next one of the same thread.
        preempted = op.preempts or (preempted and index > 0 and world.trace[index - 1].tid == op.tid)
        if index not in numbers:
            continue
        steps.append(
            Step(
                number=numbers[index],
                thread=op.tid,
                operation=operation_word(op.kind),
                target=name(op, world),
                value=op.value,
                site=op.within or op_site(op),
                held=tuple(name_of(lock, world) for lock, _ in holdings.at(op.tid, index + 1)),
                note=_note(op, index, holdings),
                preempts=preempted,
                reads=all(mode in READING for _, mode in op.accesses),
                after=after.get(index, ()),
            )
        )
        preempted = False
    return tuple(steps)


def _after(run: Run, numbers: dict[int, int]) -> dict[int, tuple[int, ...]]:
    """For each step, by its place in the trace: the steps of others that synchronization newly orders before it."""
    trace = run.world.trace
    if len(trace) > MOST_ORDERED:
        return {}
    history = History()
    for index, op in enumerate(trace):
        history.add(op, trace, run.world.children.get(index))
    told: dict[int, int] = {}  # of each thread, what its last step had synchronized with
    shown_of: dict[int, int] = {}  # of each thread, the set of its steps so far
    found: dict[int, tuple[int, ...]] = {}
    for index in numbers:
        tid = trace[index].tid
        new = history.known(index) & ~told.get(tid, 0)
        told[tid] = history.known(index)
        latest = [(new & steps).bit_length() - 1 for thread, steps in shown_of.items() if thread != tid and new & steps]
        # What another of these knows of already needs no arrow of its own.
        implied = {at for at in latest for other in latest if other != at and history.known(other) >> at & 1}
        found[index] = tuple(numbers[at] for at in sorted(latest) if at not in implied)
        shown_of[tid] = shown_of.get(tid, 0) | 1 << index
    return found


def _note(op: Op, index: int, holdings: Holdings) -> str:
    """What is unusual about a step."""
    if not op.succeeded:
        # A queue that was not waited for at all is full or empty just the same.
        return _OF_QUEUES.get(op.kind) or (TIMED_OUT if op.kind in _TIMED else "did not get it")
    owner = holdings.owner(op.target, index) if op.kind == "release" else None
    return "" if owner in (None, op.tid) else f"{TAKEN_BY}{owner}"


def user_traceback(error: BaseException) -> str:
    """The exception's traceback without the kit's own frames."""
    shown = traceback.TracebackException.from_exception(error)
    kept = [frame for frame in shown.stack if not (frame.filename.startswith(KIT) or _begins_a_thread(frame))]
    shown.stack = traceback.StackSummary.from_list(kept)
    shown.__cause__ = shown.__context__ = None
    return without_addresses("".join(shown.format()).rstrip())


def _begins_a_thread(frame: traceback.FrameSummary) -> bool:
    """The frame in which the standard library calls a thread's target."""
    return frame.filename == threading.__file__ and frame.name == "run"


_OF_PYTEST = "Use -v to get more diff"  # advice for its own command line, at the end of what it says about an assert


def described(error: BaseException) -> tuple[str, str, str]:
    """The kind of failure that an exception is, its message and its traceback."""
    if isinstance(error, AssertionError):
        said = "\n".join(line for line in str(error).splitlines() if line.strip() != _OF_PYTEST)
        return kinds.ASSERTION, without_addresses(said) or type(error).__name__, user_traceback(error)
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return kinds.EXCEPTION, without_addresses(said), user_traceback(error)


def _raised(run: Run, tid: int, error: BaseException, when: int) -> tuple[int, int]:
    """The thread that an exception comes from, and the number of the last step before it."""
    trace = run.world.trace
    origin = error.__dict__.get(RAISED_IN)
    if origin is not None:
        tid = origin - 1000
        when = max((index for index, op in enumerate(trace) if op.tid == tid), default=0) + 1
    return tid, max((number for index, number in shown(run).items() if index < when), default=0)


def counts(run: Run) -> tuple[int, int]:
    """Preemptions and switches of a schedule that was run with details."""
    trace = run.world.trace
    switches = sum(1 for one, other in itertools.pairwise(trace) if one.tid != other.tid)
    return sum(op.preempts for op in trace), switches


def build_failure(run: Run, telling: Telling, *, token: str, found_on: int = 1, least: bool = False) -> Failure:
    """Make the value that all reports render.

    Args:
        run: the failing schedule, run with details.
        telling: what is said around it.
        token, found_on, least: see :class:`Failure`; the token is its ``schedule``.
    """
    world = run.world
    holdings = Holdings(world)
    steps = build_steps(run, holdings)
    threads = tuple(str(thread.face.name) for thread in world.threads)
    preemptions, switches = counts(run)
    waiters: tuple[Any, ...] = ()
    failing: int | None = None
    error: BaseException | None = None
    text = ""
    raised_after = 0
    if world.errors:
        thread, error, when = world.errors[0]
        failing, raised_after = _raised(run, thread.tid, error, when)
        kind, message, text = described(error)
    elif world.stopped == ENDLESS:
        kind = kinds.ENDLESS_LOOP
        where = site(world.stopped_site)
        failing = world.stopped_in
        message = f"T{failing}'s loop in {where.function} at {where.short()} does not end: {where.source}"
    elif world.stopped == LIVELOCK and world.finding is None:
        kind = kinds.LIVELOCK
        lines = places(world)
        message = (
            f"no end after {len(world.trace)} steps, though after the first {world.max_steps} each thread had its "
            f"turn; around {', '.join(lines)}"
        )
    else:
        kind, message, waiters = world.finding
    pattern = classify(kind, steps, waiters, message, failing, raised_after, len(threads))
    failure = Failure(
        scenario=telling.name,
        kind=kind,
        bug_class=pattern.bug_class,
        message=message,
        schedule=token,
        threads=threads,
        steps=steps,
        preemptions=preemptions,
        switches=switches,
        least=least,
        found_on=found_on,
        waiters=waiters,
        failing_thread=failing,
        raised_after=raised_after,
        why=pattern.why,
        conflict=pattern.conflict,
        output=run.output,
        traceback=text,
        exception=error,
    )
    return telling.of(failure)
