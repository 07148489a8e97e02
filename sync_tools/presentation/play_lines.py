"""A played position as plain lines, one thing a line: for a pipe, a test, or a screen reader."""

from __future__ import annotations

from sync_tools.presentation import play_text as words
from sync_tools.presentation.text import plain
from sync_tools.words.failure import Step
from sync_tools.words.position import ENDED, Position, Standing

KEYS = (
    "Type the number of the thread that goes on; an empty line lets the present one go on. "
    "u takes a step back, r makes it again, s starts again, ? explains, q quits."
)


def told(position: Position, before: int = 0) -> list[str]:
    """What has changed, and what can be done now.

    Args:
        position: what to tell.
        before: how many of its steps have been told already.
    """
    name = words.names_of(position)
    steps = [_step(position, step, name) for step in position.steps[before:]]
    end = words.ending(position)
    values = "; ".join(words.values(position, name)) or "none seen yet"
    state = [f"Values: {values}. Locks: {words.locks(position, name)}."]
    if end:
        return [*steps, *state, plain(end)]
    return [*steps, *state, *(_thread(position, each, name) for each in position.threads), question(position)]


def question(position: Position) -> str:
    """Who can be picked."""
    ready = [f"T{thread}" for thread in position.ready]
    listed = " or ".join((", ".join(ready[:-1]), ready[-1])) if len(ready) > 1 else "".join(ready)
    present = words.going_on(position)
    return f"Who goes on? {listed}" + ("" if present is None else f" (empty line: T{present})")


def _step(position: Position, step: Step, name: words.Name) -> str:
    place = words.where(step)
    alone = " (no choice)" if step.number in position.forced else ""
    return f"Step {step.number}: T{step.thread} did {words.done(step, name)}{f' at {place}' if place else ''}{alone}."


def _thread(position: Position, standing: Standing, name: words.Name) -> str:
    text = f"{words.who(position, standing.thread)} {words.doing(standing, name)}"
    if standing.state == ENDED or standing.site.line < 1:
        return text
    return f"{text}, at {plain(standing.site.short())}: {plain(standing.site.source)}"
