"""A failure as one frozen value. The terminal report, the grader's feedback and later viewers only render it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sync_tools.words.errors import InternalError

# Kinds of failure: the public names that tests and ``wrong_*`` headers use.
ASSERTION = "assertion"
EXCEPTION = "exception"
DEADLOCK = "deadlock"
SELF_DEADLOCK = "self-deadlock"
LEAKED_LOCK = "leaked-lock"
LOST_WAKEUP = "lost-wakeup"
STARVED_SEMAPHORE = "starved-semaphore"
UNFILLED_BARRIER = "unfilled-barrier"
STARVED_QUEUE = "starved-queue"
LIVELOCK = "livelock"
STARVATION = "starvation"
ENDLESS_LOOP = "endless-loop"
DATA_RACE = "data-race"

KINDS = (
    ASSERTION,
    EXCEPTION,
    DEADLOCK,
    SELF_DEADLOCK,
    LEAKED_LOCK,
    LOST_WAKEUP,
    STARVED_SEMAPHORE,
    UNFILLED_BARRIER,
    STARVED_QUEUE,
    LIVELOCK,
    STARVATION,
    ENDLESS_LOOP,
    DATA_RACE,
)

UNCLASSIFIED = "unclassified"

# Classes of bugs: by what mechanism a schedule goes wrong, as far as its steps tell.
BUG_CLASSES = (
    "lost update",  # a write over another thread's, made of what had been read before that
    "check-then-act",  # an act by a look that another thread's change had made out of date
    "torn read",  # looks that do not fit together: at a change half done, or at two states
    "torn write",  # changes of several steps that ran into each other
    "publication",  # made visible before what belongs to it was there
    "order violation",  # looked at before the change that nothing made wait for
    "concurrent modification",  # a loop over what another thread changes meanwhile
    "lock-order inversion",  # a circle of threads, each of which holds the lock that the next one waits for
    "self-deadlock",  # a lock that is taken again inside of the call that took it
    "lock leak",  # a lock whose taker has ended without giving it back
    "permit leak",  # the same of a semaphore's permit
    "stray release",  # given back by who does not hold it
    "missed signal",  # it came, but not while this thread was waiting, or to another one
    "forgotten signal",  # nobody gives it at all
    "blocking under a lock",  # a wait for something else, with a lock held that others need
    "circular wait",  # a circle of waits that are not for locks
    "pool starvation",  # a task that waits for another one of its pool, which no worker is free to run
    "serialised threads",  # who should work at the same time can't
    "livelock",  # threads go on for ever, and none gets anywhere
    "abandoned wait",  # a wait or a try that failed, and its thread went on all the same
    "sequential error",  # no race: one thread alone goes wrong
    "data race",  # of failures of that kind: two accesses that nothing orders
    UNCLASSIFIED,
)


class Site(NamedTuple):
    """A place in the user's source."""

    file: str
    line: int
    function: str
    source: str  # the line's text, stripped; "" where the source is not at hand

    def short(self) -> str:
        """``file.py:12``, without the folder."""
        return f"{self.file.replace(chr(92), '/').rsplit('/', 1)[-1]}:{self.line}"


NO_SITE = Site("?", 0, "?", "")


@dataclass(frozen=True)
class Step:
    """One visible operation of the failing schedule."""

    number: int  # 1-based position among the shown steps
    thread: int  # index into Failure.threads
    operation: str  # "read", "write", "acquire", "release", "wait", "notify", "set", "put", ...
    target: str  # the object in the program's own words: "counter.value", "Account.lock"
    value: str | None  # what was read or written (a short repr), or None
    site: Site
    held: tuple[str, ...] = ()  # names of the locks this thread held during the step
    note: str = ""  # "timed out", "did not get it", ...
    preempts: bool = False  # a thread that could have gone on was preempted just before this step
    reads: bool = False  # it looks at its target and changes nothing
    after: tuple[int, ...] = ()  # numbers of the steps of other threads that synchronization orders just before it


@dataclass(frozen=True)
class Waiter:
    """A thread that can never run again, and what it waits for."""

    thread: int  # index into Failure.threads
    operation: str  # "acquire", "join", "wait", "get", ...
    target: str
    site: Site  # where it waits
    holder: int | None = None  # index of the thread that holds the target, if one does
    holder_site: Site | None = None  # where the holder acquired it
    holds: tuple[tuple[str, Site], ...] = ()  # locks that the waiting thread itself holds, and where it took them
    reason: str = ""  # one clause in plain words: "the only notify came before this wait"
    daemon: bool = False
    would: str = (
        ""  # the holder holds nothing, but would end this wait if it could go on: it would "set", "notify", ...
    )
    path: tuple[Site, ...] = ()  # the calls by which it came to where it waits, the outermost first; that place is last
    holder_path: tuple[Site, ...] = ()  # the calls in which the holder took the target, down to holder_site


@dataclass(frozen=True)
class RacingAccess:
    """One side of a data race."""

    thread: str
    operation: str  # "read", "write", "append", ...
    site: Site
    held: tuple[str, ...] = ()  # names of the locks that the thread held


@dataclass(frozen=True)
class Race:
    """Two conflicting accesses that no synchronization orders."""

    target: str  # in the program's own words
    first: RacingAccess
    second: RacingAccess

    def __str__(self) -> str:
        sides = [
            f"{side.thread} ({side.operation} at {side.site.short()}, holding {', '.join(side.held) or 'no lock'})"
            for side in (self.first, self.second)
        ]
        return f"{self.target}: {sides[0]} and {sides[1]}"


@dataclass(frozen=True)
class Failure:
    """Why a scenario failed, with the schedule that shows it.

    Attributes:
        scenario: the scenario's name.
        kind: one of :data:`KINDS`.
        bug_class: "lost update", "check-then-act", "lock-order inversion", "missed signal", ... or "unclassified".
        message: what broke, one or a few lines (the exception's text for "assertion" and "exception").
        schedule: the token; ``replay(scenario, token)`` reproduces the failure. "" for a failure on OS threads.
        threads: display names in order of creation; index 0 is the scenario's own thread.
        steps: the operations on what threads share, in order.
        preemptions: how many times a thread that could have gone on was interrupted.
        switches: how many times the running thread changed.
        least: True when a bounded search has shown that no schedule with fewer preemptions fails.
        found_on: number of the schedule (explored) or round (native) on which the failure was first seen.
        waiters: the threads that can never run again, for the deadlock kinds.
        failing_thread: index of the thread that raised, or None.
        raised_after: number of the last step before it had raised; what follows are the other threads on their way to
            the end. 0 where nothing was raised or no step came before.
        why: sentences that explain why this is a race.
        conflict: numbers of the two steps that met, that of the wronged thread first; () where no two steps say it.
        promise: what the program promises and did not keep, in its docstring's words; "" where no test says it.
        output: what the failing schedule printed.
        traceback: the user's frames of the exception, formatted; "" where there is none.
        replay_command: a shell command that reproduces it, or "".
        look_command: a shell command that opens it in the viewer, or "".
        hint: a line that says where to go on (a hint command), or "".
        seed: of the program's own random numbers.
        given: the scenario's arguments by name, as they print; a lab's program is none.
        exception: the exception itself, for re-raising; not part of equality.
    """

    scenario: str
    kind: str
    bug_class: str
    message: str
    schedule: str
    threads: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    preemptions: int = 0
    switches: int = 0
    least: bool = False
    found_on: int = 1
    waiters: tuple[Waiter, ...] = ()
    failing_thread: int | None = None
    raised_after: int = 0
    why: tuple[str, ...] = ()
    conflict: tuple[int, ...] = ()
    promise: str = ""
    output: str = ""
    traceback: str = ""
    replay_command: str = ""
    look_command: str = ""
    hint: str = ""
    world: str = "explored"  # or "native"
    seed: int = 0
    given: tuple[tuple[str, str], ...] = ()
    exception: BaseException | None = field(default=None, compare=False, repr=False)

    @property
    def places(self) -> tuple[Site, ...]:
        """The places in the source that it is about.

        Those of the two steps that met; where no two did, those at which threads wait, with those at which what they
        wait for was taken. A thread that only waits for another to end is left out, unless there are no others.
        """
        if self.conflict:
            return tuple(self.steps[number - 1].site for number in self.conflict)
        waiting = [each for each in self.waiters if each.operation != "join" or each.holder is None] or self.waiters
        taken = [each.holder_site for each in waiting if each.holder_site is not None]
        return tuple(dict.fromkeys([*(each.site for each in waiting), *taken]))

    def report(self, width: int = 80) -> str:
        """The terminal text, plain, at most `width` columns wide."""
        if _renderer is None:
            return f"{self.scenario}: {self.kind}: {self.message}"
        return _renderer(self, width)

    def to_html(self, path: str | os.PathLike[str]) -> Path:
        """Write a page that steps through the failing schedule, forward and back; one file, which loads nothing.

        Args:
            path: where to; a file that is there is replaced.

        Returns:
            The file.

        Raises:
            UserError: it cannot be written.
        """
        if _page_writer is None:
            raise InternalError("nobody has said how to write a page")
        return _page_writer(self, Path(path))

    def to_json(self) -> str:
        """The long form: versions, seed, arguments, schedule and steps, for a file or another program."""
        from sync_tools.words.long_form import to_json

        return to_json(self)


# Set by the presentation layer, which stands above this one: imports only go downward.
_renderer: Callable[[Failure, int], str] | None = None
_page_writer: Callable[[Failure, Path], Path] | None = None


def set_renderer(renderer: Callable[[Failure, int], str]) -> None:
    """Tell failures how to draw themselves (called once by ``sync_tools.presentation.report``)."""
    global _renderer
    _renderer = renderer


def set_page_writer(writer: Callable[[Failure, Path], Path]) -> None:
    """Tell failures how to become a page (called once by ``sync_tools.presentation.report``)."""
    global _page_writer
    _page_writer = writer
