"""What a list of steps says about the time in between: who held which lock, who waited, what the variables held."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sync_tools.presentation.report import only_joins
from sync_tools.words.failure import Failure, Step

_GIVES_UP = frozenset({"timed out", "did not get it"})
# What is done to locks, conditions, queues, threads and so on; what it is done to is no variable.
_SYNC = frozenset(
    {
        *("acquire", "release", "try", "locked", "wait", "wake up", "notify", "notify_all", "set", "is_set"),
        *("put", "task_done", "qsize", "full", "empty", "arrive at", "pass", "abort", "open", "broken", "n_waiting"),
        *("join", "result", "set_result", "set_exception", "cancel", "cancelled", "done", "running", "shutdown"),
        *("start", "end", "run", "enumerate", "is_alive", "wait_for", "add_done_callback", "resume"),
        *("clock", "sleep", "spin"),
        *("call", "return"),  # of an operation that is checked against a model
    }
)
_LOOKS = frozenset({"look in", "loop over", "iterate"})  # their value is not what the container holds
_CONTAINER = re.compile(r"[\[{(]|[A-Za-z_]\w*\(|[A-Za-z_]\w* of \d+$")
MOST_SINCE = 4


@dataclass(frozen=True)
class Bar:
    """A thread holds a lock: after step `begin`, and up to step `end`, after which it does not.

    ``begin`` and ``end`` are steps' numbers. ``end`` is None where the lock is held to the end. With `unseen`, taking
    it or giving it back is none of the steps: then the thread held it at the steps that the bar spans, and what was
    before and after is not known. One that begins with the last step is only known to be there at the end.
    """

    thread: int
    lock: str
    begin: int
    end: int | None
    unseen: bool = False

    def covers(self, number: int) -> bool:
        """True where the thread holds the lock after the step of that number."""
        return self.begin <= number and (self.end is None or number < self.end)


@dataclass(frozen=True)
class Wait:
    """A thread's next step could not be made: after step `begin` (0: from the start) until step `end` (None: for ever).

    Between two steps a thread may do what is not shown, so it need not have stood there all the time.
    """

    thread: int
    target: str
    begin: int
    end: int | None
    holder: int | None = None  # the thread that holds the target at the beginning, if that is why
    operation: str = "acquire"


@dataclass(frozen=True)
class Change:
    """What is known of a variable after a step: `value` (None: nothing), and what was done to it `since` that was seen.

    ``how`` is "write" or "change" (a method of a container) where the step changed it, "read" where the step shows what
    was there already.
    """

    step: int
    thread: int
    how: str
    value: str | None
    since: tuple[str, ...] = ()


@dataclass
class Track:
    """A variable, and all that becomes known of it, in order of the steps.

    Attributes:
        name: in the program's own words.
        initial: what it held before the first step, as far as a first read tells; None where nothing does.
        changes: by step, at most one a step.
        several: True where a read contradicts what was known: several objects share the name.
    """

    name: str
    initial: str | None = None
    changes: list[Change] = field(default_factory=list)
    several: bool = False

    @property
    def now(self) -> tuple[str | None, tuple[str, ...]]:
        """The same after all steps so far."""
        return (self.changes[-1].value, self.changes[-1].since) if self.changes else (self.initial, ())

    def after(self, number: int) -> tuple[str | None, tuple[str, ...]]:
        """The value that is known after a step, and what was done since that was seen."""
        past = [change for change in self.changes if change.step <= number]
        return (past[-1].value, past[-1].since) if past else (self.initial, ())


# ---- locks -----------------------------------------------------------------------------------------------------------


def lock_bars(failure: Failure) -> list[Bar]:
    """Who held which lock from when to when, by the thread's own steps; ordered by their beginning."""
    stuck = {(each.thread, name) for each in failure.waiters for name, _ in each.holds}
    stuck |= {
        (each.holder, each.target)
        for each in failure.waiters
        if each.holder is not None and each.operation == "acquire" and not each.would
    }
    told = {step.target for step in failure.steps if step.operation in ("acquire", "release", "try", "wait", "wake up")}
    bars: list[Bar] = []
    for thread in sorted({step.thread for step in failure.steps}):
        since: dict[str, int] = {}
        last = 0
        for step in failure.steps:
            if step.thread != thread:
                continue
            for lock in [lock for lock in since if lock not in step.held]:
                bars.append(Bar(thread, lock, since.pop(lock), step.number, lock not in told))
            for lock in dict.fromkeys(step.held):
                since.setdefault(lock, step.number)
            last = step.number
        for lock, begin in since.items():
            # A lock that only one thread ever touches is taken and given back without a step: its end is not seen.
            known = lock in told or (thread, lock) in stuck
            bars.append(Bar(thread, lock, begin, None if known else last + 1, lock not in told))
    last = failure.steps[-1].number if failure.steps else 0
    open_ends = {(bar.thread, bar.lock) for bar in bars if bar.end is None}
    for thread, lock in sorted(stuck - open_ends):  # what is known of these is only that they are held at the end
        bars.append(Bar(thread, lock, last, None, unseen=True))
    return sorted(bars, key=lambda bar: (bar.begin, bar.thread))


# ---- waits -----------------------------------------------------------------------------------------------------------


def waits(failure: Failure, bars: Sequence[Bar]) -> list[Wait]:
    """Where threads had to wait, as far as the steps show it; ordered by their beginning."""
    found = [*_passing(failure.steps, bars), *_for_ever(failure, bars)]
    return sorted(found, key=lambda wait: (wait.begin, wait.thread))


def _passing(steps: Sequence[Step], bars: Sequence[Bar]) -> Iterator[Wait]:
    before: dict[int, Step] = {}
    of_lock: dict[str, list[Bar]] = {}
    for bar in bars:
        of_lock.setdefault(bar.lock, []).append(bar)
    signals: dict[str, list[Step]] = {}  # what was done to events so far
    for step in steps:
        own = before.get(step.thread)
        previous = own.number if own is not None else 0
        if step.operation == "wake up" and own is not None and own.operation == "wait":
            yield Wait(step.thread, step.target, previous, step.number, operation="wait")
        elif own is not None and step.operation == "acquire" and (step.target in step.held or step.note in _GIVES_UP):
            yield from _held_meanwhile(step, previous, of_lock.get(step.target, []))
        elif step.operation == "wait" and step.reads:  # an Event's: it is one step, done once the event is set
            last = next(reversed(signals.get(step.target, [])), None)
            if own is not None and last is not None and last.operation == "set" and last.number > previous:
                yield Wait(step.thread, step.target, previous, last.number, operation="wait")
        elif step.operation in ("set", "clear"):
            past = signals.setdefault(step.target, [])
            if not past or past[-1].operation != step.operation:  # what is set already is not set anew
                past.append(step)
        before[step.thread] = step


def _held_meanwhile(step: Step, previous: int, bars: Sequence[Bar]) -> Iterator[Wait]:
    """The time in which another thread held what `step` then took, or gave up to wait for.

    Args:
        step: it takes a lock, or has waited for it in vain.
        previous: number of the step that its thread made before.
        bars: of that lock, by their beginning; no two threads hold it at a time.
    """
    for bar in bars[bisect_left(bars, step.number, key=lambda each: each.begin) - 1 :: -1]:
        if bar.end is not None and bar.end <= previous:
            return
        if bar.begin < step.number and bar.thread != step.thread:
            end = step.number if bar.end is None else min(bar.end, step.number)
            yield Wait(step.thread, step.target, max(bar.begin, previous), end, bar.thread)


def _for_ever(failure: Failure, bars: Sequence[Bar]) -> Iterator[Wait]:
    for waiter in failure.waiters:
        own = [step.number for step in failure.steps if step.thread == waiter.thread]
        if not own and only_joins(waiter):
            # Whoever waits for the others to end has started them all.
            first = {step.thread: step.number for step in reversed(failure.steps)}
            own = sorted(first.values())
        begin = own[-1] if own else 0
        held = [
            bar.begin
            for bar in bars
            if bar.lock == waiter.target and bar.thread == waiter.holder != waiter.thread and bar.end is None
        ]
        yield Wait(waiter.thread, waiter.target, max([begin, *held]), None, waiter.holder, waiter.operation)


# ---- variables -------------------------------------------------------------------------------------------------------


def variables(failure: Failure) -> list[Track]:
    """What each variable held, in the order in which they are first touched."""
    names = _variables(failure.steps)
    tracks = {name: Track(name) for name in names}
    for step in failure.steps:
        track = tracks.get(step.target)
        if track is not None:
            _touch(track, step)
            _touch_parts(tracks, step)
    return [*tracks.values(), *_events(failure.steps)]


def _variables(steps: Sequence[Step]) -> list[str]:
    by_name: dict[str, set[str]] = {}
    for step in steps:
        by_name.setdefault(step.target, set()).add(step.operation)
    return [name for name, done in by_name.items() if not _is_sync(name, done)]


def _is_sync(name: str, done: set[str]) -> bool:
    """True for what is no variable, by what is done to it. An element of a list may be a lock that is read, too."""
    return done <= _SYNC if _is_part(name) else bool(done & _SYNC) or done <= {"get", "clear"}


def _is_part(name: str) -> bool:
    """True for an element of a container."""
    return name.endswith("]") and "[" in name[1:]


def _shows_value(step: Step) -> bool:
    """True where the step's value is what its target holds then."""
    if step.value is None or step.operation in _LOOKS:
        return False
    if step.operation in ("read", "write"):
        return True
    return step.reads and (_is_part(step.target) or bool(_CONTAINER.match(step.value)))


def _touch(track: Track, step: Step) -> None:
    value, since = track.now
    if _shows_value(step) and step.operation != "write":
        if value is None and not since and not track.changes:
            track.initial = step.value
            return
        if value is not None and not since and value != step.value and not _CONTAINER.match(value):
            track.several = True
        if value != step.value or since:
            track.changes.append(Change(step.number, step.thread, "read", step.value))
    elif step.operation == "write":
        track.changes.append(Change(step.number, step.thread, "write", step.value))
    elif not step.reads:
        track.changes.append(Change(step.number, step.thread, "change", value, _more(since, _method(step))))


def _touch_parts(tracks: dict[str, Track], step: Step) -> None:
    """A container and its elements have names of their own: what a step does to one concerns the others."""
    if step.reads:
        return
    whole = step.target[: step.target.rindex("[")] if _is_part(step.target) else ""
    if whole in tracks:
        part = step.target[len(whole) :]
        done = f"{part} = {step.value}" if step.operation == "write" else f"{_method(step)} of {part}"
        value, since = tracks[whole].now
        tracks[whole].changes.append(Change(step.number, step.thread, "change", value, _more(since, done)))
    for name, track in tracks.items():
        if name != step.target and name.startswith(f"{step.target}[") and track.now != (None, ()):
            track.changes.append(Change(step.number, step.thread, "change", None, ()))


def _method(step: Step) -> str:
    return step.operation if step.value in (None, "None") else f"{step.operation} {step.value}"


def _more(since: tuple[str, ...], done: str) -> tuple[str, ...]:
    said = [*since, done]
    return tuple(said) if len(said) <= MOST_SINCE else ("...", *said[1 - MOST_SINCE :])


def _events(steps: Sequence[Step]) -> Iterator[Track]:
    """Events, which are set or not; nobody starts with one that is set."""
    names = dict.fromkeys(step.target for step in steps if step.operation in ("set", "is_set"))
    for name in names:
        track = Track(name, "not set")
        for step in steps:
            if step.target == name and step.operation in ("set", "clear"):
                said = "set" if step.operation == "set" else "not set"
                track.changes.append(Change(step.number, step.thread, "write", said))
        yield track
