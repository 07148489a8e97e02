"""What came too early or too late, and what no order of threads would mend."""

from __future__ import annotations

from sync_tools.detectors.pattern import WAITING, Pattern
from sync_tools.detectors.story import Story, is_data, touches
from sync_tools.words.failure import Step

ORDER = "order violation"
_QUEUE_LOOKS = frozenset({"empty", "full", "qsize"})
SEQUENTIAL = "sequential error"


def out_of_order(story: Story, failing: int | None) -> Pattern | None:
    """A look of the thread that failed, before the change of another that it should have waited for."""
    looks = [step for step in (story.steps[at] for at in story.shared) if step.reads and step.operation not in WAITING]
    for look in reversed([step for step in looks if step.thread == failing]):
        for change in (story.steps[at] for at in story.shared if at >= look.number):
            if change.thread == look.thread or change.reads or not story.conflict(look, change):
                continue
            after = story.own(look.thread, look.number)
            goes_on = any(is_data(s) and (not s.reads or (touches(s, change) and s.value != look.value)) for s in after)
            if not goes_on and not waited(story, look, change):
                said = f"T{look.thread} looked at {look.target} at #{look.number}; T{change.thread} changed it only at "
                said += f"#{change.number}, and nothing made T{look.thread} wait for that."
                return Pattern(ORDER, (said,), (look.number, change.number))
    return None


def waited(story: Story, first: Step, later: Step) -> bool:
    """True where synchronization other than a lock that both took orders two steps."""
    if first.operation in _QUEUE_LOOKS or first.operation == later.operation == "put":
        return False  # only the queue's own lock does
    return story.ordered(first, later) and not (set(first.held) & set(later.held))


def alone(story: Story, threads: int) -> Pattern | None:
    """No race: one thread is enough, or each of their meetings is ordered by the program."""
    if threads == 1:
        return Pattern(SEQUENTIAL, ("One thread alone does it: this is no race.",))
    if not story.data or any(step.note for step in story.steps):
        return None
    if any(step.held for step in story.steps):  # locks tell who may enter, and not who comes first
        return None
    for number, at in enumerate(story.shared):
        for before in story.shared[:number]:
            one, other = story.steps[before], story.steps[at]
            if one.thread != other.thread and story.conflict(one, other) and not waited(story, one, other):
                return None
    said = "The program orders all that its threads do to each other's data: this is no race."
    return Pattern(SEQUENTIAL, (said,))
