"""A change of two variables that another thread saw half done."""

from __future__ import annotations

from collections.abc import Sequence

from sync_tools.detectors.pattern import UNCLASSIFIED, WAITING, Pattern
from sync_tools.words.failure import Step

MOST_STEPS = 300  # in a longer schedule such a pair is found by chance


def half_a_change(steps: Sequence[Step]) -> Pattern | None:
    """Look for two looks of one thread, of two variables, between another thread's changes of the same two.

    Two attributes of one object make a torn read. Otherwise it is, say, a flag that is set before what it stands for:
    a reason without a name.
    """
    if len(steps) > MOST_STEPS:
        return None
    changes = [step for step in steps if not step.reads and step.operation not in WAITING]
    for first in changes:
        for second in changes:
            if second.number > first.number and second.thread == first.thread and second.target != first.target:
                seen = _reads_of_both(steps, first, second)
                if seen is not None:
                    return _half(first, second, *seen)
    return None


def _reads_of_both(steps: Sequence[Step], first: Step, second: Step) -> tuple[Step, Step] | None:
    """What another thread read between two changes: the new value of the one and the old value of the other."""
    reads: dict[tuple[int, str], Step] = {}
    for step in steps[first.number : second.number - 1]:
        if step.thread == first.thread and step.target in (first.target, second.target) and not step.reads:
            return None  # it is a longer change than these two steps
        if step.thread != first.thread and step.reads:
            reads[step.thread, step.target] = step
    for (thread, target), step in reads.items():
        other = reads.get((thread, second.target))
        if target == first.target and other is not None:
            return step, other
    return None


def _half(first: Step, second: Step, new: Step, old: Step) -> Pattern:
    owner, _, attribute = first.target.rpartition(".")
    torn = bool(owner and attribute) and second.target.rpartition(".")[0] == owner
    torn = torn and first.operation == second.operation == "write" and new.operation == old.operation == "read"
    said = f"T{new.thread} looked at {first.target} at #{new.number} and {second.target} at #{old.number}, but "
    said += f"T{first.thread} changed the one at #{first.number} and the other only at #{second.number}."
    common = set(first.held) & set(second.held) & set(new.held) & set(old.held)
    why = (said,) if common else (said, "No lock was held by both.")
    return Pattern("torn read" if torn else UNCLASSIFIED, why)
