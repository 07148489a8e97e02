"""What a scenario can come to, as a table in the style of litmus tests: a pure function from an exploration to text.

Importing this module gives :meth:`Exploration.table` its rendering.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sync_tools.drivers.exploration import Exploration, set_renderer
from sync_tools.presentation.report import verdict
from sync_tools.presentation.tables import Column, table
from sync_tools.presentation.text import count, lines_of, wrap
from sync_tools.words.failure import Failure
from sync_tools.words.outcome import FAILED, PRINTED, Outcome

NARROWEST = 40  # columns


def outcome_lines(outcomes: Sequence[Outcome], width: int) -> list[str]:
    """The rows under their titles: first what was returned or printed, then the ways to fail, the frequent first.

    Args:
        outcomes: what there is.
        width: columns.
    """
    order = sorted(outcomes, key=lambda each: (each.how == FAILED, -each.classes))
    columns = (Column("classes", right=True), Column("what it comes to", shrinks=True), Column("one of them"))
    rows = [(str(each.classes), said(each), each.token) for each in order]
    return table(columns, rows).fitted(max(width, NARROWEST)).lines()


def said(outcome: Outcome) -> str:
    """``returns 2``, ``prints 'hello'``, ``FAILS: lost update -- expected 2 hits``."""
    if outcome.how == FAILED:
        return f"FAILS: {verdict(outcome.failure) if outcome.failure is not None else outcome.result}"
    if outcome.how == PRINTED:
        lines = lines_of(outcome.result)
        return f"prints {lines[0]!r}" + (f" and {count(len(lines) - 1, 'more line')}" if len(lines) > 1 else "")
    return f"returns {outcome.result}"


def render(exploration: Exploration, width: int = 80) -> str:
    """Draw the outcomes of an exploration for a terminal.

    Args:
        exploration: run with ``stop="never"``.
        width: columns; below 40 it is taken as 40.

    Returns:
        Lines of printable ASCII, without a line end after the last.
    """
    classes = (
        count(exploration.schedules, "class") if exploration.schedules == 1 else f"{exploration.schedules} classes"
    )
    if exploration.complete:
        text = f"{exploration.scenario}: {classes} of schedules, all that there are."
    else:
        text = f"{exploration.scenario}: {count(exploration.schedules, 'schedule')}, and there may be more."
    return "\n".join([*wrap(text, max(width, NARROWEST)), *outcome_lines(exploration.outcomes, width)])


def _write_page(failure: Failure, path: Path, outcomes: Sequence[Outcome]) -> Path:
    from sync_tools.presentation.page import write_page  # most failures never become one

    return write_page(failure, path, outcomes)


set_renderer(render, _write_page)
