"""The words for a played position that the screen and the plain lines share."""

from __future__ import annotations

from sync_tools.presentation.interleaving import place, shortener
from sync_tools.presentation.report import verdict
from sync_tools.presentation.text import Show, count, plain
from sync_tools.words.failure import Failure, Step
from sync_tools.words.position import ENDED, PASSED, READY, TOO_LONG, WAITING, Position, Standing, Variable

Name = Show

# An operation as the beginning of what somebody does, where its own name does not read so.
_WORDS = {
    "wake up": "wake up from",
    "clock": "read the clock",
    "spin": "repeat its loop",
    "result": "get the result of",
    "wait_for": "wait for",
}
_STATES = {READY: "next", WAITING: "waits"}

HELP = """\
You are the scheduler. Every thread stands before its next visible operation: a read or write of what threads share, \
or a lock, a join, a queue and so on. You say which thread does its operation. Then all stand still again.

An order of steps in which the program goes wrong is what you look for: then you have broken it, and get a command \
that runs this order again. Nothing here is luck. The same picks always give the same steps, so take back what you \
like, and try the other way.

A thread that waits cannot be picked; beside it stands why. Where only one thread can go on, or where a step makes no \
difference to how it all ends, it is made without asking: it has a * among the steps so far.

T0 runs the test: it starts the others, waits for them (join), and then checks what came out."""


def names_of(position: Position) -> Name:
    """A function that shortens the names of a position: "hits" for "HitCounter.hits" where that says enough."""
    names = {each.target for each in position.threads} | {step.target for step in position.steps}
    names |= {lock for each in position.threads for lock in each.held} | {each.name for each in position.variables}
    return shortener(names)


def who(position: Position, thread: int) -> str:
    """``T1 worker-1``."""
    return f"T{thread} {plain(position.threads[thread].name)}"


def operation(name: Name, verb: str, target: str, show: Show = plain) -> str:
    """``read hits``."""
    return f"{_WORDS.get(verb, show(verb))} {name(target)}".rstrip()


def doing(standing: Standing, name: Name, show: Show = plain) -> str:
    """``next: read hits``, ``waits: acquire lock (held by T2)``, ``ended``."""
    if standing.state == ENDED:
        return "ended"
    reason = f" ({show(standing.reason)})" if standing.reason else ""
    return f"{_STATES[standing.state]}: {operation(name, standing.operation, standing.target, show)}{reason}"


def done(step: Step, name: Name, show: Show = plain) -> str:
    """``read hits = 0``."""
    text = operation(name, step.operation, step.target, show)
    if step.value not in (None, "None"):
        text += (" = " if step.operation in ("read", "write") else ": ") + show(str(step.value))
    elif step.value is not None and step.operation in ("read", "write"):
        text += " = None"
    return f"{text} ({show(step.note)})" if step.note else text


def where(step: Step) -> str:
    """``counter.py:12``; nothing where the place is not known."""
    return place(step.site)


def values(position: Position, name: Name) -> list[str]:
    """``hits = 0`` for each variable; what threads share and change stands first."""

    def last(variable: Variable) -> bool:
        return not (variable.shared and variable.changed)

    return [f"{name(each.name)} = {plain(each.value)}" for each in sorted(position.variables, key=last)]


def locks(position: Position, name: Name) -> str:
    """Who holds which locks."""
    held = [f"T{each.thread} holds {', '.join(map(name, each.held))}" for each in position.threads if each.held]
    return "; ".join(held) or "none held"


def going_on(position: Position) -> int | None:
    """The thread that goes on when nobody in particular is picked: the present one, if it can."""
    return position.current if position.current in position.ready else None


def refused(position: Position, thread: int, name: Name) -> str:
    """Why a thread can't be picked."""
    if not 0 <= thread < len(position.threads):
        return f"There is no thread T{thread}."
    return cannot(position.threads[thread], name)


def cannot(standing: Standing, name: Name, show: Show = plain) -> str:
    """Why a thread that waits, or has ended, can't be picked."""
    if standing.state == ENDED:
        return f"T{standing.thread} has ended."
    what = operation(name, standing.operation, standing.target, show)
    return f"T{standing.thread} can't {what} yet: {show(standing.reason)}."


def ending(position: Position) -> str:
    """How the schedule ended, in one plain sentence, and how to go on; "" while it goes on."""
    if not position.outcome:
        return ""
    text = how_it_ended(position.outcome, len(position.steps), bool(position.choices), position.failure)
    keys = {PASSED: "Take steps back (u), or start again (s).", TOO_LONG: "Take steps back (u)."}.get(position.outcome)
    return f"{text} {keys}" if keys and (position.choices or position.outcome == TOO_LONG) else text


def how_it_ended(outcome: str, made: int, chosen: bool, failure: Failure | None, show: Show = plain) -> str:
    """How a schedule ended, in one sentence.

    Args:
        outcome: "failed", "passed" or "too long".
        made: how many steps it had.
        chosen: whether there was a choice in it.
        failure: what broke, where it failed.
        show: how to write out what the program says.
    """
    steps = count(made, "step")
    if failure is not None:
        broke = verdict(failure, show)
        return f"You broke it in {steps}: {broke}" if chosen else f"It breaks whoever goes on: {broke}"
    if outcome == TOO_LONG:
        return f"Stopped after {steps}: this may go on for ever."
    if not chosen:
        return f"It ends after {steps} whoever goes on, and nothing breaks: no choice makes a difference here."
    return f"The schedule ended after {steps}, and nothing broke."
