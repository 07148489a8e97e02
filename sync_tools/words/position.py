"""A position of a played schedule as one frozen value: who stands where, what was done, and how it ended if it did.

Whoever lets a person be the scheduler only renders it: on a terminal, line by line, or in a page.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync_tools.words.failure import Failure, Site, Step

# What a thread can do.
READY = "ready"
WAITING = "waiting"
ENDED = "ended"

# How a schedule ends.
PASSED = "passed"
FAILED = "failed"
TOO_LONG = "too long"  # fairness had to be forced, and nothing was wrong: neither passed nor failed


@dataclass(frozen=True)
class Standing:
    """One thread in a position.

    Attributes:
        thread: its number, in order of creation; 0 is the scenario's own thread.
        name: as the program calls it.
        state: "ready", "waiting" or "ended".
        operation: what it will do next: "read", "acquire", "join", ...; "" when it has ended.
        target: on what, in the program's own words; "" for nothing.
        site: where that stands in the source.
        reason: why it can't do it yet, as a clause; of a ready thread what is unusual about doing it now, or "".
        holder: the thread that it waits for, where there is one.
        held: names of the locks that it holds.
    """

    thread: int
    name: str
    state: str
    operation: str
    target: str
    site: Site
    reason: str = ""
    holder: int | None = None
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variable:
    """What a variable, a container or a synchronization object holds, as far as operations have named it.

    Attributes:
        name: in the program's own words.
        value: a short text; "?" where it is not known.
        shared: True when more than one thread has touched it, or is about to.
        changed: True when an operation has changed it, or is about to.
    """

    name: str
    value: str
    shared: bool
    changed: bool


@dataclass(frozen=True)
class Position:
    """Where a schedule stands after some choices: at the next one, or at its end.

    Attributes:
        choices: the threads that were picked, one each time that there was a choice.
        current: the thread that was picked last, if it can go on, else the one that made the last step.
        threads: all threads so far, in order of creation.
        steps: all visible operations so far, numbered from 1.
        forced: the numbers of those steps before which there was no choice: only one thread could go on, or the step
            is known to decide nothing.
        variables: in the order in which they were first met.
        outcome: "" while there is a choice to make, else "passed", "failed" or "too long".
        failure: what broke, for "failed"; its token replays this schedule.
        result: what the scenario returned, as it prints; "" unless it has passed.
    """

    choices: tuple[int, ...]
    current: int
    threads: tuple[Standing, ...]
    steps: tuple[Step, ...]
    forced: tuple[int, ...]
    variables: tuple[Variable, ...]
    outcome: str = ""
    failure: Failure | None = None
    result: str = ""

    @property
    def ready(self) -> tuple[int, ...]:
        """The threads that can be picked."""
        return tuple(each.thread for each in self.threads if each.state == READY) if not self.outcome else ()
