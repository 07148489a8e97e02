"""What passes between a schedule before a change and the one that follows it: its parts, questions and answers."""

from __future__ import annotations

from typing import NamedTuple

from sync_tools.drivers.aligning import Deed
from sync_tools.words.comparison import INSTEAD, SAME
from sync_tools.words.failure import Failure, Site, Step, Waiter
from sync_tools.words.position import Standing

# What a part is.
STEP = "step"  # a step of the report
QUIET = "quiet"  # an operation on what no other thread touched or changed: only to tell what is new
START = "start"  # of a thread
END = "end"  # of a thread
WAIT = "wait"  # what a thread waited for, or stood before, when the schedule had ended


class Part(NamedTuple):
    """A piece of the schedule before the change.

    Attributes:
        kind: "step", "quiet", "start", "end" or "wait".
        thread: who does it, by the number before the change.
        deed: the operation.
        number: of the step; those behind the last step are given to waits that a report tells of; else 0.
        child: the thread that is started, by its number before the change.
        gave_up: it waited for as long as it might, in vain.
        aside: a failed assertion looked once more to explain itself: that it does not is nothing to tell.
    """

    kind: str
    thread: int
    deed: Deed
    number: int = 0
    child: int = 0
    gave_up: bool = False
    aside: bool = False


class Start(NamedTuple):
    """What a thread is known by in both programs: who started it, and in which line of which function."""

    parent: int
    source: str
    function: str


class Story(NamedTuple):
    """The schedule before the change.

    Attributes:
        parts: in order.
        steps: the steps by their numbers, and behind them what threads waited for in the end.
        starts: for each thread but the first how it came to be.
        cut_off: the threads that had more to do when the schedule failed.
    """

    parts: tuple[Part, ...]
    steps: dict[int, Step]
    starts: dict[int, Start]
    cut_off: frozenset[int]


class Request(NamedTuple):
    """A question about the time to come.

    Attributes:
        at: how many operations had been done when it was asked.
        thread: who is asked, by the number after the change.
        nth: which of its operations it stands before.
        part: the part whose counterpart is looked for; -1 where it is a thread that is.
        child: the thread, by its number before the change, whose start is looked for; -1 where it is an operation.
    """

    at: int
    thread: int
    nth: int
    part: int = -1
    child: int = -1


class Answer(NamedTuple):
    """The counterpart of a part.

    Attributes:
        nth: which of its thread's operations it is; None where there is none.
        mark: "same", "other name" or "instead".
        deed: what it was seen to be; None where it stands there already, or nobody knows.
        asked: the operation of its thread before which it was asked.
    """

    nth: int | None
    mark: str = SAME
    deed: Deed | None = None
    asked: int = 0


class Known:
    """What was asked so far.

    A schedule that is run again comes to the same questions, up to the first that was not asked yet, if it takes at
    each place only the answers that were known when it was there first. So they are kept by that place.

    Attributes:
        answers: for each part, by the number of operations that had been done when it was asked.
        comes: whether a thread of before is started, by its number before the change.
    """

    def __init__(self) -> None:
        self.answers: dict[int, dict[int, Answer]] = {}
        self.comes: dict[int, bool] = {}

    def answer(self, part: int, at: int, nth: int, deed: Deed, final: bool) -> Answer | None:
        """What is known of a part; None where that has to be asked (again).

        Args:
            part: which part.
            at: how many operations have been done.
            nth: the operation before which its thread stands.
            deed: what that is.
            final: it is the part's turn, so that an answer of other times does not do.
        """
        given = self.answers.get(part, {})
        asked = max((each for each in given if each <= at), default=None)
        if asked is None:
            return None
        answer = given[asked]
        if asked == at:
            return answer
        if answer.nth is None:
            return None if final else answer
        if final and answer.mark == INSTEAD and answer.asked == nth:
            return None  # others have gone on since, and it has not
        if answer.nth == nth:
            # A thread may turn out to do something else than it was seen to do.
            return answer if answer.deed is not None and _alike(answer.deed, deed) else None
        return answer if answer.nth > nth else None


def _alike(one: Deed, other: Deed) -> bool:
    """True for one operation at two times: a lock may get its name in between."""
    return (one.word, one.source) == (other.word, other.source)


class Turn(NamedTuple):
    """A place at which a part could not be followed.

    Attributes:
        kind: "blocks" or "another way".
        part: which part was to come.
        at: how many operations had been done by then.
        thread: who was to go on, by the number after the change; None where there is no such thread.
        standing: for "blocks", who waits and for what.
        since: where the holder took it.
        nth: for "another way", which operation the thread does in its place; None where it does nothing just then.
    """

    kind: str
    part: int
    at: int
    thread: int | None
    standing: Standing | None = None
    since: Site | None = None
    nth: int | None = None


def stuck_in(failure: Failure) -> dict[int, Step]:
    """What each thread waits for in the end, told as a step without a number.

    Not of those who only wait for the end of a thread that is stuck without them.
    """
    holding = {waiter.holder for waiter in failure.waiters}
    return {each.thread: _wait(each) for each in failure.waiters if each.operation != "join" or each.thread in holding}


def _wait(waiter: Waiter) -> Step:
    target, note = "" if waiter.operation == "spin" else waiter.target, ""
    if waiter.operation == "join" and waiter.holder is not None:
        target = f"T{waiter.holder} to end"
    elif waiter.operation == "acquire" and waiter.holder is not None:
        note = "held by itself" if waiter.holder == waiter.thread else f"held by T{waiter.holder}"
    return Step(0, waiter.thread, waiter.operation, target, None, waiter.site, note=note)
