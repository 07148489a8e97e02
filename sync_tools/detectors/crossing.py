"""Two threads' operations that cross: what one thread did in two steps, another came between.

Taken as one transaction each, the two threads cannot be put one after the other without changing what they did: their
conflicts form a circle (Papadimitriou, "The serializability of concurrent database updates", JACM 1979). By what the
four steps do, a crossing is a lost update, a check-then-act, a torn read or a torn write; of one variable these are the
unserializable cases of Lu et al., "AVIO", ASPLOS 2006.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sync_tools.detectors.order import waited
from sync_tools.detectors.pattern import Pattern
from sync_tools.detectors.story import Story, is_data, is_passed_on, touches, whole
from sync_tools.words.failure import Step

LOST_UPDATE = "lost update"
CHECK_THEN_ACT = "check-then-act"
TORN_READ = "torn read"
TORN_WRITE = "torn write"
PUBLICATION = "publication"
_BRANCH = re.compile(r"(if|elif|while|assert)\b")
_CONDITION = re.compile(r"\b(if|elif|while|assert|and|or|not)\b")
_CHECKS = frozenset({"look in", "iterate", "loop over"})
_WAITS = frozenset({"wait", "wake up"})
_NO_NUMBER = frozenset({None, "None", "True", "False"})
_SIGNALS = frozenset({"set", "notify", "notify_all", "put", "release", "set_result"})


@dataclass(frozen=True)
class Crossing:
    """What one thread did first and last, and what another did between: to the one's variable, and to the other's."""

    first: Step
    entry: Step  # conflicts with `first`, and comes after it
    exit: Step  # conflicts with `last`, and comes before it
    last: Step

    @property
    def one_variable(self) -> bool:
        """True where one step of the other thread is both."""
        return self.entry is self.exit


def crossings(story: Story) -> Iterator[Crossing]:
    """All crossings of a schedule; those come first that are complete first, and of these the closest.

    Who takes its next task, or waits for what another makes, begins a new transaction.
    """
    steps = story.steps
    masks: dict[int, int] = {}
    for at in story.data:
        masks[steps[at].thread] = masks.get(steps[at].thread, 0) | 1 << at
    conflicts = {
        at: sum(1 << other for other in story.data if other != at and story.conflict(steps[at], steps[other]))
        for at in story.shared
    }
    for k in story.data:
        own = [at for at in story.shared if at < k and steps[at].thread == steps[k].thread]
        for i in reversed(own):
            between = (1 << k) - (1 << i + 1)
            for thread, mask in masks.items():
                if thread == steps[k].thread:
                    continue
                entries, exits = conflicts[i] & mask & between, conflicts[k] & mask & between
                if not entries or not exits:
                    continue
                both = entries & exits
                j1 = j2 = both.bit_length() - 1
                if not both:
                    j1, j2 = (entries & -entries).bit_length() - 1, exits.bit_length() - 1
                if not any(is_passed_on(step) for step in steps[i + 1 : k] if step.thread == steps[k].thread):
                    yield Crossing(steps[i], steps[j1], steps[j2], steps[k])


def lost_update(story: Story, crossing: Crossing) -> Pattern | None:
    """A write of what was made of a read, over another thread's write."""
    first, other, last = crossing.first, crossing.entry, crossing.last
    if not (crossing.one_variable and other.operation == "write" and _is_update(first, last)):
        return None
    looked = any(
        step.target == first.target and step.reads for step in story.own(first.thread, first.number, last.number - 1)
    )
    if looked or story.kept(first, last) & set(other.held):
        return None
    lost = f"T{first.thread} wrote at #{last.number} what it had read at #{first.number}; "
    lost += f"T{other.thread}'s write at #{other.number} is gone."
    return Pattern(LOST_UPDATE, (lost, story.locks(first, other, last)), (first.number, other.number))


def _is_update(first: Step, last: Step) -> bool:
    """True where a thread writes what it made of its own read of the variable, and not just after having looked."""
    if not first.reads or last.target != first.target or last.operation != "write":
        return False
    if first.site == last.site and not _BRANCH.match(first.site.source):
        return True
    made_anew = first.value in _NO_NUMBER or (last.value or "").startswith(("a ", "an "))
    return not made_anew and not _BRANCH.match(first.site.source)


def check_then_act(story: Story, crossing: Crossing) -> Pattern | None:
    """An act by a look that another thread's change had made out of date."""
    first, other, last = crossing.first, crossing.entry, crossing.last
    if not first.reads or last.reads or other.reads or _is_update(first, last):
        return None
    if story.looked_again(first, other, last) or story.kept(first, last) & set(other.held):
        return None
    return decided(story, first, other, last)


def decided(story: Story, first: Step, other: Step, last: Step) -> Pattern:
    """The sentences of a check-then-act: the look, the change that made it out of date, and the act."""
    said = f"T{first.thread} decided at #{last.number} by what it had read at #{first.number}; "
    said += f"T{other.thread} changed it at #{other.number}."
    woken = [step for step in story.own(first.thread, first.number, last.number - 1) if step.operation == "wake up"]
    woken = [step for step in woken if step.held]
    if woken and set(first.held) & set(last.held):
        reason = f"T{first.thread} did not look again after it woke up at #{woken[-1].number}."
    else:
        reason = story.locks(first, other, last)
    return Pattern(CHECK_THEN_ACT, (said, reason), (first.number, other.number))


def half_seen(story: Story, crossing: Crossing) -> Pattern | None:
    """What another thread saw between two changes: a torn read; a publication where the first made the rest visible."""
    first, new, old, last = crossing.first, crossing.entry, crossing.exit, crossing.last
    if first.reads or last.reads or not new.reads or not old.reads:
        return None
    between = story.own(first.thread, first.number, last.number - 1)
    if any(not step.reads and touches(step, new) and step.number < new.number for step in between):
        return None  # a later change of the same thread is what was seen
    seen = story.own(new.thread, min(new.number, old.number), old.number - 1)
    if any(not step.reads and touches(step, old) for step in seen):
        return None  # it saw its own change
    who, maker = f"T{new.thread}", f"T{first.thread}"
    if first.target == last.target:
        said = f"{who} looked at {new.target} at #{new.number}, in the middle of {maker}'s change: "
        said += f"#{first.number} was done, and #{last.number} not yet."
    elif new is old:
        said = f"{who} looked at {new.target} at #{new.number}, when {maker} had changed {first.target} "
        said += f"(#{first.number}) and not yet {last.target} (#{last.number})."
    else:
        said = f"{who} looked at {first.target} at #{new.number} and {last.target} at #{old.number}, but "
        said += f"{maker} changed the one at #{first.number} and the other only at #{last.number}."
    common = set(first.held) & set(last.held) & set(new.held) & set(old.held)
    if common:
        reason = f"{sorted(common)[0]} was given back in the middle of the change: that must be one critical section."
    else:
        reason = "No lock was held by both."
    name = PUBLICATION if _makes_visible(story, crossing) else TORN_READ
    return Pattern(name, (said, reason), (old.number, first.number))


def _makes_visible(story: Story, crossing: Crossing) -> bool:
    """True where the first change is what let the other thread see, or begin to look at, what the last one changed."""
    first, new, last = crossing.first, crossing.entry, crossing.last
    if first.target != last.target and whole(last.target) == first.target:
        return True
    if first.value == new.value == "True" and new.target == first.target and _CONDITION.search(new.site.source):
        return True  # a flag that says that something is there
    told = [step for step in story.own(first.thread, first.number - 1, last.number) if step.operation in _SIGNALS]
    waits = {step.target for step in story.own(new.thread, 0, crossing.exit.number) if step.operation == "wait"}
    return any(step.target in waits and step.number <= new.number for step in told)


def _are_two_looks(crossing: Crossing) -> bool:
    first, last = crossing.first, crossing.last
    looks = first.reads and last.reads and not {first.operation, last.operation} & _WAITS
    return looks and not (crossing.entry.reads or crossing.exit.reads)


def two_states(story: Story, crossing: Crossing) -> Pattern | None:
    """Looks at two variables that do not fit together, because another thread changed both in between."""
    first, one, other, last = crossing.first, crossing.entry, crossing.exit, crossing.last
    if not _are_two_looks(crossing) or crossing.one_variable:
        return None
    said = (
        f"T{first.thread} looked at {first.target} at #{first.number} and {last.target} at #{last.number}; in between "
    )
    said += f"T{one.thread} changed both, at #{one.number} and #{other.number}."
    return Pattern(TORN_READ, (said, story.locks(first, one, last)), (last.number, other.number))


def two_looks(story: Story, crossing: Crossing) -> Pattern | None:
    """Two looks at one variable, with another's change between: the first was out of date, or both do not fit."""
    first, change, last = crossing.first, crossing.entry, crossing.last
    if not _are_two_looks(crossing) or not crossing.one_variable or first.site == last.site:
        return None  # on one line it polls
    between = story.own(first.thread, first.number, last.number - 1)
    if any(step.reads and step.target == first.target for step in between):
        return None  # it looked again in time
    who, maker = f"T{first.thread}", f"T{change.thread}"
    if first.operation in _CHECKS or _CONDITION.search(first.site.source) or _acts(story, last):
        said = f"{who} went by what it had seen at #{first.number}; {maker} changed it at #{change.number}, before "
        said += f"{who} came back to it at #{last.number}."
        return Pattern(CHECK_THEN_ACT, (said, story.locks(first, change, last)), (first.number, change.number))
    if first.target != last.target or any(step.site == first.site for step in story.own(first.thread, last.number)):
        return None  # it had seen the change, and tries again
    said = f"{who} looked at {first.target} at #{first.number} and again at #{last.number}; {maker} changed it in "
    said += f"between, at #{change.number}."
    return Pattern(TORN_READ, (said, story.locks(first, change, last)), (last.number, change.number))


def _acts(story: Story, look: Step) -> Step | None:
    """The change that a thread makes on the line of its look, if there is one."""
    later = (step for step in story.own(look.thread, look.number) if step.site == look.site and not step.reads)
    return next((step for step in later if step.target == look.target), None)


def read_back(story: Story, crossing: Crossing) -> Pattern | None:
    """A thread that reads again what it has changed, and finds another's change there."""
    first, one, other, last = crossing.first, crossing.entry, crossing.exit, crossing.last
    if first.reads or not last.reads or other.reads:
        return None
    act = _acts(story, last)
    if first.target == last.target and act is not None:
        said = (
            f"T{first.thread} acted at #{act.number} by what it had made at #{first.number}; T{other.thread} changed "
        )
        said += f"it at #{other.number}."
        return Pattern(CHECK_THEN_ACT, (said, story.locks(first, one, last)), (first.number, other.number))
    if first.target == last.target:
        said = f"T{first.thread} changed {first.target} at #{first.number} and read it back at #{last.number}; "
        said += f"T{other.thread}'s change at #{other.number} came between."
    elif waited(story, other, last) or _CONDITION.search(last.site.source):
        return None  # it was to see that, or looks whether something has changed
    else:
        said = (
            f"T{first.thread} changed {first.target} at #{first.number} and looked at {last.target} at #{last.number}; "
        )
        said += f"T{one.thread} came between: it met the one at #{one.number} and changed the other at #{other.number}."
    return Pattern(TORN_READ, (said, story.locks(first, one, last)), (last.number, other.number))


def torn_write(story: Story, crossing: Crossing) -> Pattern | None:
    """Changes of several steps that ran into each other."""
    first, one, other, last = crossing.first, crossing.entry, crossing.exit, crossing.last
    if first.reads or last.reads or other.reads:
        return None
    if any(is_data(step) and step.reads for step in story.own(first.thread, first.number, last.number - 1)):
        return None  # it looked in between, and may well have meant it so
    what = first.target if first.target == last.target else f"{first.target} and {last.target}"
    said = f"T{first.thread} changed {what} at #{first.number} and #{last.number}; "
    said += f"T{one.thread}'s change at #{one.number} came between."
    return Pattern(TORN_WRITE, (said, story.locks(first, one, last)), (last.number, other.number))


def mixed_in_a_queue(story: Story) -> Pattern | None:
    """What two threads put into one queue in several parts, mixed up."""
    for last in story.steps:
        earlier = [
            step for step in story.steps[: last.number - 1] if step.target == last.target and step.operation == "put"
        ]
        own = [step.number for step in earlier if step.thread == last.thread]
        others = [step for step in earlier if own and step.number > own[-1] and step.thread != last.thread]
        if last.operation == "put" and others and last.site != story.steps[own[-1] - 1].site:
            first, other = story.steps[own[-1] - 1], others[-1]
            said = (
                f"T{first.thread} put into {first.target} at #{first.number} and #{last.number}; T{other.thread}'s put "
            )
            said += f"at #{other.number} came between."
            return Pattern(TORN_WRITE, (said, story.locks(first, other, last)), (last.number, other.number))
    return None
