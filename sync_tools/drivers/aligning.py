"""Which operations of a changed program are those of the program before: by word, by name, and by the line's text.

Pure functions over what reports show of operations. Nothing is run here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

MOST = 400  # operations on a side that are compared with each other
# How much two operations have in common. Several objects of one name are numbered, some of them not before they are
# used, so that another order gives them other numbers.
SAME_LINE, SAME_NAME, LINE_BUT_NUMBER, NAME_BUT_NUMBER, SAME_WORD = 8, 6, 3, 2, 1
_BASE = re.compile(r"[^\[#']+")
_NUMBER = re.compile(r"#\d+")


class Deed(NamedTuple):
    """An operation as it is looked for in another program.

    Attributes:
        word: "read", "acquire", ...
        target: on what, in the program's own words.
        source: the text of its line.
        sync: True for an operation on a lock, a queue and the like; False for one on a variable or a container.
        reads: it changes nothing.
    """

    word: str
    target: str
    source: str
    sync: bool = False
    reads: bool = False


class Use(NamedTuple):
    """An operation in a run in which nobody is interrupted.

    Attributes:
        thread: who did it.
        deed: what it was.
    """

    thread: int
    deed: Deed


class Names(NamedTuple):
    """The names that only one of the programs has.

    Attributes:
        old: those that are gone.
        new: those that came.
        renamed: by the old one the new one, where nothing else about a variable has changed.
        constant: variables after the change that are only read, as that is in which a lock is kept.
    """

    old: frozenset[str]
    new: frozenset[str]
    renamed: Mapping[str, str]
    constant: frozenset[str] = frozenset()

    def now(self, target: str) -> str:
        """What a target of before is called after the change."""
        base = base_of(target)
        return self.renamed.get(base, base) + target[len(base) :]


def base_of(target: str) -> str:
    """``Bank.accounts`` of ``Bank.accounts['a']``."""
    found = _BASE.match(target)
    return found[0] if found else target


def names_of(before: Sequence[Use], after: Sequence[Use]) -> Names:
    """What has another name, by two runs in which nobody is interrupted.

    A variable has been renamed when its old name is gone, the new one was not there before, each thread does the same
    with it in the same order, and there is no other pair of names of which that is true.
    """
    told, untold = _uses(before), _uses(after)
    old, new = told.keys() - untold.keys(), untold.keys() - told.keys()
    pairs = [(one, other) for one in old for other in new if told[one] == untold[other]]
    ones, others = [one for one, _ in pairs], [other for _, other in pairs]
    renamed = {one: other for one, other in pairs if ones.count(one) == 1 == others.count(other)}
    changed = {use.deed.target for use in after if not (use.deed.sync or use.deed.reads)}
    constant = {use.deed.target for use in after if not use.deed.sync} - changed
    return Names(frozenset(old), frozenset(new), renamed, frozenset(constant))


def _uses(run: Sequence[Use]) -> dict[str, dict[int, list[tuple[str, str]]]]:
    found: dict[str, dict[int, list[tuple[str, str]]]] = {}
    for thread, deed in run:
        base = base_of(deed.target)
        found.setdefault(base, {}).setdefault(thread, []).append((deed.word, deed.target[len(base) :]))
    return found


def is_telling(deed: Deed, names: Names) -> bool:
    """False for a look at a variable that nobody changes after the change."""
    return deed.sync or deed.target not in names.constant


def likeness(before: Deed, after: Deed, names: Names) -> int:
    """How much two operations have in common; 0 for nothing that counts."""
    if before.word != after.word:
        return 0
    now, same_line = names.now(before.target), before.source == after.source
    if now == after.target:
        return SAME_LINE if same_line else SAME_NAME
    if _NUMBER.sub("", now) == _NUMBER.sub("", after.target):
        return LINE_BUT_NUMBER if same_line else NAME_BUT_NUMBER
    # A variable that is gone and one that came may be the old one in a new shape, which is said to be another way.
    changed = base_of(before.target) in names.old and base_of(after.target) in names.new
    free = changed and base_of(before.target) not in names.renamed and is_telling(after, names)
    return SAME_WORD if free else 0


def align(
    before: Sequence[Deed], after: Sequence[Deed], names: Names, weights: Sequence[int] | None = None
) -> list[int | None]:
    """For each operation of a thread before the change the place of its counterpart among those after it, if any.

    The counterparts keep their order. Of all such pairings it is the one with most in common, and the earliest.

    Args:
        before, after: the operations of the thread.
        names: what is called otherwise.
        weights: how much each operation before the change counts; all alike by default.
    """
    ones, others = before[:MOST], after[:MOST]
    like = [[likeness(one, other, names) for other in others] for one in ones]
    if weights is not None:
        like = [[each * weight for each in row] for row, weight in zip(like, weights[:MOST], strict=True)]
    width = len(others)
    best = [[0] * (width + 1) for _ in range(len(ones) + 1)]
    for row in range(len(ones) - 1, -1, -1):
        for column in range(width - 1, -1, -1):
            paired = like[row][column] + best[row + 1][column + 1] if like[row][column] else 0
            best[row][column] = max(paired, best[row + 1][column], best[row][column + 1])
    found: list[int | None] = []
    column = 0
    for row in range(len(ones)):
        place = _place(row, column, like[row], best)
        found.append(place)
        column = column if place is None else place + 1
    return found + [None] * (len(before) - len(ones))


def _place(row: int, column: int, like: Sequence[int], best: Sequence[Sequence[int]]) -> int | None:
    """Where the best pairing from here on has this operation."""
    wanted = best[row][column]
    for place in range(column, len(like)):
        if like[place] and like[place] + best[row + 1][place + 1] == wanted:
            return place
    return None
