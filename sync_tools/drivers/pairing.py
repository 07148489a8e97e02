"""The rows of a comparison: the steps of a schedule before a change beside those of the one that follows it."""

from __future__ import annotations

from sync_tools.drivers.aligning import SAME_NAME, Deed, Names, likeness
from sync_tools.drivers.alongside import Alongside
from sync_tools.drivers.autopsy import Holdings
from sync_tools.drivers.building import build_steps, shown
from sync_tools.drivers.runner import Run
from sync_tools.drivers.story import WAIT, Turn, stuck_in
from sync_tools.words.comparison import (
    BLOCKS,
    FURTHER,
    GONE,
    MOVED,
    NEW,
    NOT_REACHED,
    OTHER_NAME,
    SAME,
    Divergence,
    Row,
)
from sync_tools.words.failure import Failure, Step

Key = tuple[int, int]  # an operation after the change: its thread, and which of that thread's it is


def paired(
    run: Run, strategy: Alongside, names: Names, failure: Failure | None
) -> tuple[tuple[Row, ...], tuple[Divergence, ...]]:
    """All rows in the order after the change, and the places at which the steps could not be followed.

    Args:
        run: the schedule after the change, run with details.
        strategy: what it was run with.
        names: what is called otherwise.
        failure: what broke, if anything did.
    """
    rows = _Rows(run, strategy, names)
    rows.fill()
    rows.add_waits(failure)
    return tuple(rows.rows), tuple(rows.divergences)


class _Rows:
    def __init__(self, run: Run, strategy: Alongside, names: Names) -> None:
        self.strategy = strategy
        self.names = names
        self.parts = strategy.story.parts
        self.told = strategy.story.steps
        self.rows: list[Row] = []
        self.divergences: list[Divergence] = []
        trace = run.world.trace
        self.places: dict[Key, int] = {(op.tid, op.count): index for index, op in enumerate(trace)}
        self.twins: dict[Key, tuple[Step | None, str]] = {}
        for index, (tid, nth, mark) in strategy.pairs.items():
            self.twins[tid, nth] = (self.told.get(self.parts[index].number), mark)
        # What was a step stays one, even if no other thread touches the same now.
        kept = {self.places[key] for key, (step, _) in self.twins.items() if step is not None and key in self.places}
        numbers = {index: number for number, index in enumerate(sorted({*shown(run), *kept}), 1)}
        steps = build_steps(run, Holdings(run.world), numbers)
        self.steps: dict[Key, Step] = {
            (trace[index].tid, trace[index].count): step for index, step in zip(numbers, steps, strict=True)
        }
        self.moved = self._moved()

    def _moved(self) -> dict[Key, int]:
        """What is done, but not in its place: the operation, and the part that it was."""
        found: dict[Key, int] = {}
        free: dict[tuple[int, str], list[Key]] = {}  # by thread and word
        for key, step in self.steps.items():
            if key not in self.twins:
                free.setdefault((key[0], step.operation), []).append(key)
        for index, part in enumerate(self.parts):
            tid = self.strategy.counterparts.get(part.thread)
            if not part.number or part.aside or tid is None or index in self.strategy.pairs:
                continue
            keys = (key for key in free.get((tid, part.deed.word), ()) if key not in found)
            alike = (key for key in keys if likeness(part.deed, _deed(self.steps[key]), self.names) >= SAME_NAME)
            place = next(alike, None)
            if place is not None:
                found[place] = index
        return found

    def fill(self) -> None:
        """Go through time: what has no counterpart stands where it was missed."""
        turns = list(self.strategy.turns)
        missed = [(at, index) for index, at in self.strategy.dropped.items() if index not in self.moved.values()]
        missed = [(at, index) for at, index in missed if self.parts[index].number and not self.parts[index].aside]

        def until(at: float) -> None:
            while (turns and turns[0].at <= at) or (missed and missed[0][0] <= at):
                # A step that is gone stands behind what is said of it.
                if turns and (not missed or turns[0].at <= missed[0][0]):
                    self._turn(turns.pop(0))
                else:
                    _, index = missed.pop(0)
                    self.rows.append(Row(self.told[self.parts[index].number], None, GONE))

        for key, step in self.steps.items():
            until(self.places[key])
            self.rows.append(self._row(key, step))
        until(float("inf"))

    def _row(self, key: Key, step: Step) -> Row:
        if key in self.twins:
            return Row(self.twins[key][0], step, self.twins[key][1])
        if key in self.moved:
            return Row(self.told[self.parts[self.moved[key]].number], step, MOVED)
        return Row(None, step, FURTHER if key in self.strategy.further else NEW)

    def _turn(self, turn: Turn) -> None:
        instead = None
        if turn.kind != BLOCKS:
            coming = (step for key, step in self.steps.items() if key[0] == turn.thread and self.places[key] >= turn.at)
            instead = next(coming, None)
        # A start is no step: then it is the step that was to come behind it.
        number = next((part.number for part in self.parts[turn.part :] if part.number), 0)
        self.divergences.append(
            Divergence(turn.kind, number, turn.thread, len(self.rows), turn.standing, turn.since, instead)
        )

    def add_waits(self, failure: Failure | None) -> None:
        """What threads are stuck in after the change, and what of before was never come to."""
        shown = {row.before.number for row in self.rows if row.before is not None}
        shown |= {part.number for part in self.parts if part.aside}
        left = {number: step for number, step in self.told.items() if number not in shown}
        waits = {
            self.strategy.counterparts.get(part.thread): part.number
            for part in self.parts
            if part.kind == WAIT and part.number in left
        }
        for step in stuck_in(failure).values() if failure is not None else ():
            before = left.pop(waits.get(step.thread, 0), None)
            same = before is not None and self.names.now(before.target) == step.target
            mark = NEW if before is None else SAME if same else OTHER_NAME
            self.rows.append(Row(before, step, mark))
        self.rows += [Row(step, None, NOT_REACHED) for step in left.values()]


def _deed(step: Step) -> Deed:
    return Deed(step.operation, step.target, step.site.source)
