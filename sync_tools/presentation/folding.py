"""Which steps of a long schedule to show: the ends and what is around the preemptions; repeated loops once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sync_tools.presentation.text import count
from sync_tools.words.failure import Failure, Step

MOST_ROWS = 24
LONGEST_LOOP = 8  # steps in one round of a loop that is recognised
# A step in a sentence: "at #3". The number of an object, as in "Account.lock#2" and "cameras[0]#2", is none.
STEP_NUMBER = re.compile(r"(?<![\w\])}'\"])#(\d{1,9})\b")
FEWEST_ROUNDS = 3  # fewer rounds are shown as they are: folding them would not save a line


@dataclass(frozen=True)
class Row:
    """One step, or a few equal ones in a row."""

    step: Step  # the last of them: its number and values are those after the row
    first: int  # number of the first of them
    times: int = 1


@dataclass(frozen=True)
class Gap:
    """Steps that are not shown."""

    first: int
    last: int
    rounds: int = 0  # that many more rounds of the loop just above; 0 when it is no loop
    length: int = 0  # rows of one round

    def text(self) -> str:
        """What stands in their place."""
        steps = f"#{self.first}-#{self.last}" if self.last > self.first else f"#{self.first}"
        if self.rounds:
            return f"... the same {count(self.rounds, 'more time')}, {steps} ..."
        return f"... {count(self.last - self.first + 1, 'step')} left out, {steps} ..."


def select(failure: Failure, most: int = MOST_ROWS) -> list[Row | Gap]:
    """The rows of a failure's table, in order.

    Args:
        failure: the failure.
        most: lines that the rows and gaps may take.
    """
    pinned = _pinned(failure)
    items = _fold_loops(failure.steps, set(pinned))
    return _shorten(items, pinned, most) if len(items) > most else items


def mentioned(failure: Failure) -> list[int]:
    """Positions (from 0) of the steps that the reasons speak of."""
    positions = {step.number: position for position, step in enumerate(failure.steps)}
    numbers = [int(number) for sentence in failure.why for number in STEP_NUMBER.findall(sentence)]
    return list(dict.fromkeys(positions[number] for number in numbers if number in positions))


def _pinned(failure: Failure) -> list[int]:
    """Positions of the steps that must stay, the most important first."""
    steps = failure.steps
    around = [near for here, step in enumerate(steps) if step.preempts for near in (here, here - 1) if near >= 0]
    raised = [here for here, step in enumerate(steps) if step.number == failure.raised_after]
    ends = range(len(steps) - 1, max(len(steps) - 3, -1), -1)
    return list(dict.fromkeys([*ends, *mentioned(failure), *raised, *around]))


def _same_place(one: Step, other: Step) -> bool:
    return (
        one.thread == other.thread
        and one.operation == other.operation
        and one.target == other.target
        and one.site == other.site
        and one.note == other.note
    )


def _fold_loops(steps: Sequence[Step], pinned: set[int]) -> list[Row | Gap]:
    items: list[Row | Gap] = []
    here = 0
    while here < len(steps):
        length, rounds = _loop_at(steps, here, pinned)
        if rounds >= FEWEST_ROUNDS:
            after = here + length * rounds
            items += [Row(step, step.number) for step in steps[here : here + length]]
            items.append(Gap(steps[here + length].number, steps[after - 1].number, rounds - 1, length))
            here = after
            continue
        times = _repeats(steps, here)
        items.append(Row(steps[here + times - 1], steps[here].number, times))
        here += times
    return items


def _repeats(steps: Sequence[Step], here: int) -> int:
    """How many equal steps, values and all, stand in a row: what an assertion that explains itself does."""
    last = here + 1
    while (
        last < len(steps)
        and _same_place(steps[last], steps[here])
        and (steps[last].value, steps[last].held, steps[last].preempts) == (steps[here].value, steps[here].held, False)
    ):
        last += 1
    return last - here


def _loop_at(steps: Sequence[Step], here: int, pinned: set[int]) -> tuple[int, int]:
    """The loop that begins at a position and covers most: the steps of a round, and how many rounds there are."""
    if _repeats(steps, here) > 1:
        return 1, 1
    best = (1, 1)
    for length in range(1, LONGEST_LOOP + 1):
        end = here + length
        while end < len(steps) and _same_place(steps[end], steps[end - length]) and end not in pinned:
            end += 1
        rounds = (end - here) // length
        if rounds >= FEWEST_ROUNDS and rounds * length > best[0] * best[1]:
            best = (length, rounds)
    return best


def _shorten(items: list[Row | Gap], pinned: list[int], most: int) -> list[Row | Gap]:
    """Keep the rows that matter most; what is between them becomes gaps."""
    where: dict[int, int] = {}  # position of a step -> index of the item that shows it
    position = 0
    for index, item in enumerate(items):
        steps = item.times if isinstance(item, Row) else item.last - item.first + 1
        where.update(dict.fromkeys(range(position, position + steps), index))
        position += steps
    return _with_gaps(items, kept(len(items), [where[step] for step in pinned if step in where], most))


def kept(total: int, wanted: Sequence[int], most: int) -> set[int]:
    """Which of many lines stay when there is room for few, the gaps between them counted as lines.

    Args:
        total: how many there are.
        wanted: those that matter, the most important first; what is around them comes next.
        most: how many lines there is room for.
    """
    keep: dict[int, None] = {}
    for reach in range(most):
        for index in [*wanted, 0]:
            for near in (index - reach, index + reach):
                # Every run of kept rows may need a gap line before it, so gaps are paid for as they come.
                if 0 <= near < total and _lines(keep, near) <= most:
                    keep[near] = None
    return set(keep)


def _lines(keep: dict[int, None], further: int) -> int:
    kept = sorted({*keep, further})
    return len(kept) + sum(1 for one, other in zip([-1, *kept], kept, strict=False) if other > one + 1)


def _with_gaps(items: list[Row | Gap], keep: set[int]) -> list[Row | Gap]:
    shown: list[Row | Gap] = []
    left_out: list[Row | Gap] = []
    for index, item in enumerate(items):
        # "The same again" needs the whole round above it.
        cut = isinstance(item, Gap) and any(index - above not in keep for above in range(1, item.length + 1))
        if index not in keep or cut:
            left_out.append(item)
            continue
        shown += _as_gap(left_out)
        left_out = []
        shown.append(item)
    return shown + _as_gap(left_out)


def _as_gap(left_out: list[Row | Gap]) -> list[Row | Gap]:
    if not left_out or (len(left_out) == 1 and isinstance(left_out[0], Row)):
        return left_out  # a gap is as long as the one row it stands for
    last = left_out[-1]
    return [Gap(left_out[0].first, last.step.number if isinstance(last, Row) else last.last)]
