"""What became of a failing schedule in a changed program, as one frozen value.

The program before the change fails with the schedule. Its steps are followed in the program after the change, each by
the same thread, for as long as they can be.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync_tools.words.failure import Failure, Site, Step
from sync_tools.words.position import Standing

# What is said of a row.
SAME = "same"  # the same operation
OTHER_NAME = "other name"  # the same with another variable or lock, where the one is gone and the other has come
INSTEAD = "instead"  # another operation in place of the one before
MOVED = "moved"  # the same operation, but not in its place
GONE = "gone"  # nothing is done in its place
NOT_REACHED = "not reached"  # the schedule had ended by then
NEW = "new"  # there was none like it before
FURTHER = "further"  # what the thread would have done next before the change, had the schedule not failed there

# How the order of the steps comes to be another one.
BLOCKS = "blocks"  # a thread waits where it went on before
ANOTHER_WAY = "another way"  # a thread does something else
NONE = "none"


@dataclass(frozen=True)
class Row:
    """A step before the change and its counterpart after it, or one of them alone.

    Attributes:
        before: the step of the failing schedule; None for what is new, or was no step of the report. Numbers behind
            that of the last step are those of waits for ever, of which there is one for each thread that is stuck.
        after: what is done after the change; None for "gone" and "not reached". What a thread is stuck in at the end
            is told as a step, too, with the number 0.
        mark: "same", "other name", "instead", "moved", "gone", "not reached", "new" or "further".
    """

    before: Step | None
    after: Step | None
    mark: str


@dataclass(frozen=True)
class Divergence:
    """A place at which the steps before the change can't be followed.

    Attributes:
        kind: "blocks" or "another way".
        step: number of the step, among those before the change, that was to come.
        thread: the thread that was to make it, by its number after the change; None where there is no such thread.
        row: how many rows stand before it.
        standing: for "blocks", the thread that waits and for what. It is another thread than `thread` where that one
            is not started yet, for its starter waits.
        since: where the holder of what it waits for took it; None where nobody holds it.
        instead: for "another way", what the thread does next, with "instead" in place of the step; None for nothing.
    """

    kind: str
    step: int
    thread: int | None
    row: int
    standing: Standing | None = None
    since: Site | None = None
    instead: Step | None = None


@dataclass(frozen=True)
class Comparison:
    """A failing schedule, and what the same choices do after a change.

    Attributes:
        before: the failure that the schedule led to.
        threads: the threads after the change, in order of creation.
        counterparts: for each thread before the change its number after it; None where there is no such thread.
        renamed: variables and locks that only have another name after the change: the old one and the new one.
        rows: all steps, in the order after the change.
        divergences: where the steps could not be followed, in the order of time.
        outcome: how the schedule ends after the change: "passed", "failed" or "too long".
        failure: what breaks after the change, for "failed".
        schedule: the token of the schedule after the change.
        around: the places where it went on and on, for "too long".
        given_up: True when the programs are so different that only the first steps were looked for.
    """

    before: Failure
    threads: tuple[str, ...]
    counterparts: tuple[int | None, ...]
    renamed: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    divergences: tuple[Divergence, ...]
    outcome: str
    failure: Failure | None
    schedule: str
    around: tuple[str, ...] = ()
    given_up: bool = False

    @property
    def kind(self) -> str:
        """How the order first comes to be another one: "blocks", "another way" or "none"."""
        return self.divergences[0].kind if self.divergences else NONE
