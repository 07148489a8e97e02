"""The steps of one failing schedule, with the questions that patterns ask of them."""

from __future__ import annotations

from collections.abc import Sequence

from sync_tools.detectors.pattern import WAITING
from sync_tools.words.failure import Step

MOST_STEPS = 400  # in a longer schedule two pairs of steps that look like a pattern are found by chance
TIMED_OUT = "timed out"
NOT_GOT = "did not get it"
_SIZES = frozenset({"len", "bool"})
_PASSING = frozenset({"put", "run", "set_result", "result", "wait_for", "shutdown", "arrive at", "task_done", "join"})


def whole(target: str) -> str:
    """The container of an element, else the target itself."""
    return target[: target.index("[", 1)] if "[" in target[1:] else target


def touches(one: Step, other: Step) -> bool:
    """True where two steps are on one variable, or on an element and on its container."""
    if one.target == other.target:
        return True
    container = whole(one.target)
    return container == whole(other.target) and container in (one.target, other.target)


def is_passed_on(step: Step) -> bool:
    """True for what passes something on between threads: by a queue, a future, a pool or a barrier."""
    return step.operation in _PASSING or (step.operation == "get" and not step.reads)


def is_data(step: Step) -> bool:
    """True for what looks at something or changes it; of synchronization only an event is looked at and changed."""
    if step.operation in WAITING:
        return step.reads and step.operation in ("wait", "wake up")
    return not is_passed_on(step)


class Story:
    """The steps, numbered as in the report.

    Attributes:
        steps: all of them; step number n stands at n - 1.
        data: the positions of those that look at something or change it.
        shared: the same, and of those that pass something on.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self.data = [at for at, step in enumerate(steps) if is_data(step)]
        self.shared = [at for at, step in enumerate(steps) if is_data(step) or is_passed_on(step)]
        self._after: list[int] | None = None

    def conflict(self, one: Step, other: Step) -> bool:
        """True where the order of two steps matters."""
        if (one.reads and other.reads) or not touches(one, other):
            return False
        sizes = one.operation in _SIZES or other.operation in _SIZES
        return not sizes or self.resizes(one) or self.resizes(other)

    def resizes(self, change: Step) -> bool:
        """True for what adds to a container or takes away from it; an element that was there is only replaced."""
        if change.reads:
            return False
        before = (step for step in self.steps[: change.number - 1] if step.target == change.target)
        replaces = change.operation == "write" and change.target.endswith("]")
        return not (replaces and any(step.value not in (None, "False") for step in before))

    def ordered(self, first: Step, later: Step) -> bool:
        """True where synchronization puts one step before a later one."""
        if self._after is None:
            self._after = self._orders()
        return bool(self._after[later.number - 1] >> (first.number - 1) & 1)

    def _orders(self) -> list[int]:
        known: list[int] = []
        last: dict[int, int] = {}
        for at, step in enumerate(self.steps):
            bits = 1 << at
            if step.thread in last:
                bits |= known[last[step.thread]]
            for number in step.after:
                bits |= known[number - 1]
            known.append(bits)
            last[step.thread] = at
        return known

    def kept(self, first: Step, last: Step) -> set[str]:
        """The locks that a thread held all the way from one of its steps to another."""
        kept = set(first.held)
        for step in self.steps[first.number : last.number]:
            if step.thread == first.thread:
                kept &= set(step.held)
        return kept

    def own(self, thread: int | None, first: int = 0, last: int | None = None) -> list[Step]:
        """The steps of a thread between two positions."""
        return [step for step in self.steps[first:last] if step.thread == thread]

    def looked_again(self, first: Step, change: Step, last: Step) -> bool:
        """True where a thread looked once more between two of its steps, be it before another's change or after it.

        After it the read that an act itself begins with, on the line of the act, is no look.
        """
        return any(
            step.target == first.target and step.reads and (step.number < change.number or step.site != last.site)
            for step in self.own(first.thread, first.number, last.number - 1)
        )

    def locks(self, first: Step, other: Step, last: Step) -> str:
        """Why no lock kept another thread out between two steps."""
        if not (first.held or other.held):
            return f"No lock was held by both at #{first.number}-#{last.number}."
        common = sorted(set(first.held) & set(other.held))
        if common:
            return (
                f"{common[0]} was given back between #{first.number} and #{last.number}: "
                "that must be one critical section."
            )
        mine = ", ".join(first.held) or "none"
        theirs = ", ".join(other.held) or "none"
        return f"No lock in common: T{first.thread} held {mine}, T{other.thread} held {theirs}."
