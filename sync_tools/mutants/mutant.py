"""Every mutant of a program, by the operators of :mod:`sync_tools.mutants.sections` and :mod:`~.signals`.

The idea of making faults by rule is mutation analysis (DeMillo, Lipton and Sayward, "Hints on test data selection",
1978); operators for concurrent programs were first listed by Bradbury, Cordy and Dingel, "Mutation operators for
concurrent Java" (2006).
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sync_tools.mutants import sections, signals
from sync_tools.mutants.change import Change, functions
from sync_tools.mutants.places import Known, Place, known, places

_AT_PLACES: dict[str, Callable[[Place, Known], Iterator[Change]]] = {
    "drop-with": sections.drop_with,
    "fresh-lock": sections.fresh_lock,
    "swap-locks": sections.swap_locks,
    "swap-acquisitions": sections.swap_acquisitions,
    "split": sections.split,
    "move-out": sections.move_out,
    "while-if": signals.while_if,
    "notify-one": signals.notify_one,
    "drop-notify": signals.drop_notify,
    "drop-join": signals.drop_join,
    "publish-earlier": signals.publish_earlier,
}
DROP_ACQUIRE, ONE_LOCK = "drop-acquire", "one-lock"
OPERATORS = (*_AT_PLACES, DROP_ACQUIRE, ONE_LOCK)


@dataclass(frozen=True)
class Mutant:
    """A program with one fault.

    Attributes:
        name: ``split Account.withdraw 2``: operator, function, and which of its kind in that function. It stays the
            same as long as the function's synchronization does.
        operator: one of OPERATORS.
        line: where it was changed, in the program as it is.
        what: what was done, in words.
        text: the mutant's source.
        diff: the changed lines, as a unified diff of both programs without their comments.
    """

    name: str
    operator: str
    line: int
    what: str
    text: str
    diff: str


def mutants_of(source: str) -> list[Mutant]:
    """All mutants of a program, in the order of the operators and of its text; none twice.

    Args:
        source: the program. Its function ``main`` is left alone, since no test calls it.

    Raises:
        SyntaxError: it is no Python program.
    """
    tree = ast.parse(source)
    original = ast.unparse(tree)
    seen = {original}
    found: list[Mutant] = []
    counts: dict[str, int] = {}
    for operator, change in _changes(tree):
        with change.made():
            text = ast.unparse(ast.fix_missing_locations(tree))
        if text in seen:
            continue
        seen.add(text)
        short = f"{operator} {change.function}".strip()
        counts[short] = counts.get(short, 0) + 1
        name = f"{short} {counts[short]}" if change.function else short
        found.append(Mutant(name, operator, change.line, change.what, text, _diff(original, text)))
    return found


def _changes(tree: ast.Module) -> Iterator[tuple[str, Change]]:
    names = known(tree)
    everywhere = list(places(tree))
    for operator, changes in _AT_PLACES.items():
        for place in everywhere:
            for change in changes(place, names):
                yield operator, change
    for block, index, function in list(functions(tree.body)):
        for change in sections.drop_acquire(block, index, function, names):
            yield DROP_ACQUIRE, change
    for change in signals.one_lock(tree):
        yield ONE_LOCK, change


def _diff(before: str, after: str) -> str:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1))
    return "\n".join(line for line in lines[2:] if not line.startswith("@@"))
