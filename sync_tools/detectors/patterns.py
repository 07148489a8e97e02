"""Which bug pattern a failing schedule shows, read off its steps. It says "unclassified" rather than guess.

The patterns are tried from the one that says most to the one that says least. What is said of steps is always true of
the schedule; that it is also why the scenario fails is likely and not proved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from sync_tools.detectors import crossing as crossings_of
from sync_tools.detectors.crossing import Crossing, crossings
from sync_tools.detectors.order import alone, out_of_order
from sync_tools.detectors.pattern import UNCLASSIFIED, WAITING, Pattern
from sync_tools.detectors.signals import FORGOTTEN
from sync_tools.detectors.story import MOST_STEPS, TIMED_OUT, Story, touches, whole
from sync_tools.detectors.stuck import explain_stuck
from sync_tools.detectors.waits import given_up
from sync_tools.words import failure as kinds
from sync_tools.words.failure import Step, Waiter

__all__ = ["TAKEN_BY", "TIMED_OUT", "Pattern", "classify"]

MODIFIED = "concurrent modification"
STRAY = "stray release"
TAKEN_BY = "taken by T"  # how a note begins at the release of a lock that another thread had taken
# Who waits for these may wait in vain because of what went wrong before.
_WAITED_FOR = frozenset({kinds.LOST_WAKEUP, kinds.STARVED_SEMAPHORE, kinds.STARVED_QUEUE})
_ITERATED = re.compile(r"changed size during iteration|mutated during iteration|keys changed during iteration")
_ITERATING = frozenset({"loop over", "iterate"})
_Look = Callable[[Story, Crossing], "Pattern | None"]
# Of crossings: first what is wrong with one variable, then what is wrong with two, then what may be meant so.
_FIRST: tuple[_Look, ...] = (crossings_of.lost_update, crossings_of.check_then_act)
_THEN: tuple[_Look, ...] = (crossings_of.half_seen,)
_TWO: tuple[_Look, ...] = (crossings_of.two_states,)
_LAST: tuple[_Look, ...] = (crossings_of.two_looks, crossings_of.read_back)
_WRITES: tuple[_Look, ...] = (crossings_of.torn_write,)


def classify(
    kind: str,
    steps: Sequence[Step],
    waiters: Sequence[Waiter] = (),
    message: str = "",
    failing: int | None = None,
    raised_after: int = 0,
    threads: int = 0,
) -> Pattern:
    """Name the pattern.

    Args:
        kind: the failure's kind.
        steps: the schedule's steps on shared objects.
        waiters: the threads that can never run again.
        message: of the failure.
        failing: the thread that raised.
        raised_after: number of the last step before it did.
        threads: how many there are; 0 where that is not known.
    """
    story = Story(steps)
    if kind not in (kinds.ASSERTION, kinds.EXCEPTION):
        stuck = explain_stuck(kind, steps, waiters)
        if kind not in _WAITED_FOR or stuck.bug_class not in (UNCLASSIFIED, FORGOTTEN):
            return stuck
        cause = _of_data(story, None, threads, sure=kind != kinds.STARVED_QUEUE)
        return Pattern(cause.bug_class, (*stuck.why, *cause.why), cause.conflict) if cause is not None else stuck
    act = _act(steps[:raised_after] if raised_after else steps, failing) if kind == kinds.EXCEPTION else None
    if act is not None:
        for look in (_iterating, _resuming, _releasing, _checked_before):
            found = look(story, act, message)
            if found is not None:
                return found
    return _of_data(story, failing, threads) or Pattern(UNCLASSIFIED, ())


def _of_data(story: Story, failing: int | None, threads: int, sure: bool = False) -> Pattern | None:
    """What is wrong with what the threads did to data, or did not wait for.

    Args:
        story: the schedule.
        failing: the thread that raised.
        threads: how many there are.
        sure: only what leaves no doubt, because there is another explanation.
    """
    found = given_up(story) or _returned_twice(story)
    if found is not None or len(story.steps) > MOST_STEPS:
        return found
    all_crossings = list(crossings(story))
    for group in (_FIRST, _THEN):
        found = _among(story, all_crossings, group)
        if found is not None:
            return found
    if sure:
        return None
    return (
        _loop_disturbed(story)
        or _among(story, all_crossings, _TWO)
        or _among(story, all_crossings, _LAST)
        or _among(story, all_crossings, _WRITES)
        or crossings_of.mixed_in_a_queue(story)
        or out_of_order(story, failing)
        or alone(story, threads)
    )


def _among(story: Story, all_crossings: Sequence[Crossing], patterns: Sequence[_Look]) -> Pattern | None:
    for _, together in groupby(all_crossings, key=lambda crossing: crossing.last.number):
        same_end = list(together)
        for pattern in patterns:
            for crossing in same_end:
                found = pattern(story, crossing)
                if found is not None:
                    return found
    return None


def _act(steps: Sequence[Step], failing: int | None) -> Step | None:
    """The last thing that a thread did before it raised, leaving aside the locks it gave back on its way out."""
    own = [step for step in steps if step.thread == failing]
    others = [step for step in own if step.operation not in WAITING]
    return (others or own)[-1] if own else None


def _iterating(story: Story, act: Step, message: str) -> Pattern | None:
    """A loop over a container that another thread changed meanwhile, and that noticed."""
    if not _ITERATED.search(message):
        return None
    changes = [s for s in story.steps[: act.number] if s.thread != act.thread and touches(s, act) and not s.reads]
    return _disturbed(act, changes[-1]) if changes else None


def _loop_disturbed(story: Story) -> Pattern | None:
    """The same, where nothing was raised or the error was caught."""
    for turn in story.steps:
        if turn.operation != "iterate":
            continue
        own = [s for s in story.own(turn.thread, 0, turn.number - 1) if s.target == turn.target]
        begun = next(
            (s.number for s in reversed(own) if s.operation not in _ITERATING or s.operation == "loop over"), 0
        )
        for change in story.steps[begun : turn.number - 1]:
            if begun and change.thread != turn.thread and whole(change.target) == turn.target and story.resizes(change):
                return _disturbed(turn, change)
    return None


def _disturbed(turn: Step, change: Step) -> Pattern:
    said = f"T{turn.thread}'s loop over {whole(turn.target)} had begun before T{change.thread} changed it at "
    said += f"#{change.number}; its next turn, at #{turn.number}, met the change."
    return Pattern(MODIFIED, (said, *_both(turn, change)), (turn.number, change.number))


def _both(one: Step, other: Step) -> tuple[str, ...]:
    return () if set(one.held) & set(other.held) else ("No lock was held by both.",)


def _releasing(story: Story, act: Step, message: str) -> Pattern | None:
    """A lock that is given back a second time, because somebody else had given it back before."""
    if "release unlocked lock" not in message:
        return None
    for step in reversed(story.steps):
        if step.operation == "release" and step.note == f"{TAKEN_BY}{act.thread}":
            own = [later for later in story.own(act.thread, step.number) if later.target == step.target]
            said = f"T{step.thread} released {step.target} at #{step.number}, which T{act.thread} had taken"
            said += f"; T{act.thread}'s own release at #{own[0].number} finds it free." if own else "."
            return Pattern(STRAY, (said,), (own[0].number, step.number) if own else ())
    return None


def _returned_twice(story: Story) -> Pattern | None:
    """A semaphore's permit that a thread gave back more often than it had taken one."""
    taken: dict[tuple[int, str], int] = {}
    for step in story.steps:
        key = (step.thread, step.target)
        if step.operation == "acquire" and not step.note and step.target not in step.held:
            taken[key] = taken.get(key, 0) + 1
        elif step.operation == "release" and key in taken:
            taken[key] -= 1
            if taken[key] < 0:
                said = f"T{step.thread} gave {step.target} back once more at #{step.number} than it had taken it, "
                entered = [
                    s for s in story.steps[step.number :] if s.target == step.target and s.operation == "acquire"
                ]
                if len(entered) > 1:
                    said += f"so that T{entered[0].thread} and T{entered[1].thread} got in together."
                    return Pattern(STRAY, (said,), (entered[1].number, step.number))
    return None


def _resuming(story: Story, act: Step, message: str) -> Pattern | None:
    """A generator that another thread was in."""
    inside = [step for step in story.steps[: act.number] if step.thread != act.thread and step.target == act.target]
    if "generator already executing" not in message or not inside or inside[-1].operation != "resume":
        return None
    since = inside[-1]
    said = (
        f"T{act.thread} resumed {act.target} at #{act.number}, while T{since.thread} was in it since #{since.number}."
    )
    return Pattern(MODIFIED, (said, *_both(act, since)), (act.number, since.number))


def _checked_before(story: Story, act: Step, message: str) -> Pattern | None:
    """The act that raised came after a look that another thread's change had made out of date."""
    for first in story.own(act.thread, 0, act.number - 1):
        if not first.reads or first.operation in WAITING or whole(first.target) != whole(act.target):
            continue
        changes = [
            step
            for step in story.steps[first.number : act.number - 1]
            if step.thread != act.thread and touches(step, first) and not step.reads and step.operation not in WAITING
        ]
        if not changes or story.looked_again(first, changes[-1], act):
            continue
        if not story.kept(first, act) & set(changes[-1].held):
            return crossings_of.decided(story, first, changes[-1], act)
    return None
