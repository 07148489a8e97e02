"""Waits that a thread gave up, with what came of it; and signals that nobody gave."""

from __future__ import annotations

from sync_tools.detectors.pattern import Pattern
from sync_tools.detectors.signals import FORGOTTEN
from sync_tools.detectors.story import NOT_GOT, TIMED_OUT, Story
from sync_tools.words.failure import Step

ABANDONED = "abandoned wait"
_TRIES = frozenset({"try", "acquire", "join", "wake up", "result", "wait_for", "get", "put"})
_GIVEN = {"wake up": frozenset({"notify", "notify_all", "set"})}


def given_up(story: Story) -> Pattern | None:
    """A wait or a try that failed, after which its thread went on and never got what it had asked for."""
    for step in story.steps:
        if step.note not in (TIMED_OUT, NOT_GOT) or step.operation not in _TRIES:
            continue
        later = story.own(step.thread, step.number)
        if any(other.target == step.target and other.operation in _TRIES and not other.note for other in later):
            continue  # it tried again, and got it
        if step.operation == "wake up" and not _signalled(story, step.target):
            said = f"T{step.thread} waited for {step.target} until its time-out at #{step.number}: nobody signals it."
            return Pattern(FORGOTTEN, (said,), (step.number,))
        holders = [other for other in story.steps[: step.number] if step.target in other.held]
        holder = holders[-1] if holders and holders[-1].thread != step.thread else None
        if step.note == NOT_GOT:
            said = f"T{step.thread} tried for {step.target} at #{step.number} and did not get it"
        else:
            said = f"T{step.thread}'s wait for {step.target} timed out at #{step.number}"
        said += f", because T{holder.thread} held it" if holder is not None else ""
        taken = _taken(story, step, holder)
        return Pattern(
            ABANDONED,
            (f"{said}; it went on without it.",),
            (step.number, taken.number) if taken is not None else (step.number,),
        )
    return None


def _signalled(story: Story, target: str) -> bool:
    return any(step.target == target and step.operation in _GIVEN["wake up"] for step in story.steps)


def _taken(story: Story, step: Step, holder: Step | None) -> Step | None:
    """Where the holder took what the step was after; else what the step had waited for, where that came later."""
    if holder is not None:
        for other in reversed(story.steps[: step.number]):
            if other.thread == holder.thread and other.target == step.target and other.operation in ("acquire", "try"):
                return other
        return None
    signals = [other for other in story.steps[step.number :] if other.target == step.target]
    return next((other for other in signals if other.operation in _GIVEN["wake up"]), None)
