"""The lines of a comparison: which step before the change and which one after it stand on one line, and what is cut."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sync_tools.presentation.folding import kept
from sync_tools.presentation.text import count
from sync_tools.words.comparison import (
    BLOCKS,
    FURTHER,
    GONE,
    INSTEAD,
    MOVED,
    NEW,
    NOT_REACHED,
    OTHER_NAME,
    SAME,
    Comparison,
    Divergence,
    Row,
)
from sync_tools.words.failure import Step

ENDS = 2  # of a long run of lines of one sort, how many stay at each end

# What stands in front of what is done now.
AS_BEFORE, OTHER_VALUE, ADDED, IN_PLACE, MISSING, ONWARD, WAITS = "=", "~", "+", "*", "-", ">", "!"
ELSEWHERE = "#"  # and the number of the step
# How many lines of a sort there may be in a row before those in the middle say nothing more.
_LONG_RUN = {AS_BEFORE: 6, ONWARD: 6, ADDED: 16}
_SIGN_OF = {SAME: AS_BEFORE, OTHER_NAME: AS_BEFORE, INSTEAD: IN_PLACE, NEW: ADDED, FURTHER: ONWARD}


@dataclass(frozen=True)
class Line:
    """A line of the table.

    Attributes:
        sign: what stands in front of the right side; "" for nothing.
        before: the step on the left; None for none.
        after: the step on the right; None for none.
        wait: who has to wait, where it is that what stands on the right.
        note: a remark in place of the right side.
    """

    sign: str
    before: Step | None = None
    after: Step | None = None
    wait: Divergence | None = None
    note: str = ""

    @property
    def sort(self) -> str:
        """What it has in common with the other lines of a run; "" where a wait for ever is over, which is told."""
        return "" if self.sign == ONWARD and self.before is not None else self.sign

    @property
    def dull(self) -> bool:
        """True for what can be left out where there is no room."""
        return self.sort in (AS_BEFORE, ONWARD)


@dataclass(frozen=True)
class Gap:
    """Lines that are not shown."""

    text: str


def lines_of(comparison: Comparison) -> list[Line]:
    """All lines, in the order after the change.

    A step of before stands on the line of its counterpart where that does not break its column's order. Otherwise it
    stands by itself, and the counterpart is marked with its number.
    """
    comparison = _in_order(comparison)
    steps = len(comparison.before.steps)
    entries = list(_entries(comparison))
    beside = _beside(entries)
    told = {row.before.number: row for row in comparison.rows if row.before is not None}
    order = deque(sorted(told))
    shown: set[int] = set()  # steps of before
    done: set[int] = set()  # the same, where what became of them was shown by itself
    lines: list[Line] = []

    def catch_up(until: float) -> None:
        while order and order[0] < until:
            number = order.popleft()
            if number not in shown:
                shown.add(number)
                lines.append(_alone(told[number], number in done))

    for index, (number, entry) in enumerate(entries):
        step = None
        if index in beside:
            catch_up(number)
            shown.add(number)
            step = told[number].before
        if isinstance(entry, Divergence):
            lines.append(Line(WAITS, step, wait=entry))
        elif entry.after is None:
            if step is not None:  # else it stands where its column has come to it
                lines.append(_alone(entry, number in done))
        elif step is not None or entry.before is None:
            lines.append(Line(_sign(entry, steps), step, entry.after))
        else:
            done.add(number)
            sign = f"{ELSEWHERE}{number}" if number <= steps else ONWARD
            lines.append(Line(sign, None, entry.after))
    catch_up(float("inf"))
    return lines


def _in_order(comparison: Comparison) -> Comparison:
    """The waits for ever, which are all at one time, in the order in which they are over now."""
    steps = len(comparison.before.steps)
    rows = []
    number = steps
    for row in comparison.rows:
        if row.before is not None and row.before.number > steps:
            number += 1
            row = replace(row, before=replace(row.before, number=number))
        rows.append(row)
    return replace(comparison, rows=tuple(rows))


def _entries(comparison: Comparison) -> Iterator[tuple[int, Row | Divergence]]:
    """The rows and the waits in the order of time, each with the number of the step that it is about; 0 for none."""
    waits = [each for each in comparison.divergences if each.kind == BLOCKS]
    told: set[int] = set()
    known = {row.before.number for row in comparison.rows if row.before is not None}
    for place, row in enumerate([*comparison.rows, None]):
        while waits and waits[0].row <= place:
            wait = waits.pop(0)
            # Where a thread waits more than once on its way to a step, the step stands beside the first.
            yield (wait.step if wait.step in known - told else 0), wait
            told.add(wait.step)
        if row is not None:
            yield (row.before.number if row.before is not None else 0), row


def _beside(entries: Sequence[tuple[int, Row | Divergence]]) -> set[int]:
    """Which entries have their step on the same line: the waits, and as many as can be without breaking its order."""
    found: set[int] = set()
    segment: list[int] = []
    below = 0

    def close(above: float) -> None:
        numbers = [(entries[index][0], index) for index in segment if below < entries[index][0] < above]
        found.update(_increasing(numbers))
        segment.clear()

    for index, (number, entry) in enumerate(entries):
        if isinstance(entry, Divergence) and number > below:
            close(number)
            found.add(index)
            below = number
        elif number and not isinstance(entry, Divergence):
            segment.append(index)
    close(float("inf"))
    return found


def _increasing(numbers: Sequence[tuple[int, int]]) -> list[int]:
    """The longest increasing run of numbers, not all side by side; what stands with each of them."""
    tails: list[int] = []  # the least last number of a run of each length
    ends: list[int] = []  # where that stands
    earlier: list[int] = []
    for place, (number, _) in enumerate(numbers):
        length = bisect_left(tails, number)
        tails[length : length + 1] = [number]
        ends[length : length + 1] = [place]
        earlier.append(ends[length - 1] if length else -1)
    found = []
    place = ends[-1] if ends else -1
    while place >= 0:
        found.append(numbers[place][1])
        place = earlier[place]
    return found


def _alone(row: Row, done: bool) -> Line:
    """A step of before without anything beside it."""
    assert row.before is not None
    if row.mark == GONE:
        # Before there is a second thread nothing is recorded, so it may well be done there.
        return Line(MISSING, row.before, note="(or before others start)" if row.before.thread == 0 else "")
    return Line(
        "", row.before, note="not reached" if row.mark == NOT_REACHED else f"see {'above' if done else 'below'}"
    )


def _sign(row: Row, steps: int) -> str:
    if row.before is None or row.after is None:
        return _SIGN_OF[row.mark]
    if row.before.number > steps:  # it waited for that for ever
        return AS_BEFORE if row.after.number == 0 else ONWARD
    if row.mark == OTHER_NAME and row.after.value is not None:  # another variable has a value of its own
        return IN_PLACE
    sign = AS_BEFORE if row.mark == MOVED else _SIGN_OF[row.mark]
    differs = (row.before.value, row.before.note) != (row.after.value, row.after.note)
    return OTHER_VALUE if sign == AS_BEFORE and differs else sign


def folded(lines: Sequence[Line], most: int) -> list[Line | Gap]:
    """At most `most` lines: what is dull goes first, the places where the programs part stay."""
    keep = set(range(len(lines)))
    start = 0
    for index in range(len(lines) + 1):
        if index < len(lines) and lines[index].sort == lines[start].sort:
            continue
        if lines and index - start > _LONG_RUN.get(lines[start].sort, index):
            keep -= set(range(start + ENDS, index - ENDS))
        start = index
    left = sorted(keep)
    waits = [place for place, index in enumerate(left) if lines[index].sign == WAITS]
    telling = [place for place, index in enumerate(left) if not lines[index].dull]
    shown, room = _with_gaps(lines, left), most
    while len(shown) > most and room > 0:
        few = kept(len(left), [*waits, len(left) - 1, *telling], room)
        shown = _with_gaps(lines, [left[place] for place in sorted(few)])
        room -= 1  # what was folded already takes lines, too
    return shown


def _with_gaps(lines: Sequence[Line], keep: Sequence[int]) -> list[Line | Gap]:
    shown: list[Line | Gap] = []
    behind = 0
    for index in [*keep, len(lines)]:
        out = lines[behind:index]
        # A gap is as long as the one line it stands for.
        shown += [Gap(_gap(out))] if len(out) > 1 else out
        shown += lines[index : index + 1]
        behind = index + 1
    return shown


def _gap(out: Sequence[Line]) -> str:
    signs = {line.sign for line in out}
    numbers = [line.before.number for line in out if line.before is not None]
    between = f", #{numbers[0]}-#{numbers[-1]}" if len(numbers) > 1 else ""
    if signs == {AS_BEFORE}:
        return f"... {count(len(out), 'step')} as before{between} ..."
    if not numbers:
        return f"... {count(len(out), 'more step')} ..."
    return f"... {count(len(out), 'line')} left out{between} ..."
