"""How the command line draws its values: tables, verdict lines, a progress bar.

Words carry the meaning and colour only repeats it. Nothing but ASCII is drawn, so any terminal can show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from sync_tools.doors.grade import Grade
from sync_tools.doors.progress import CHANGED, FAILING, SOLVED, Entry, Progress, current_lab, state_of
from sync_tools.doors.registry import Registry
from sync_tools.doors.results import ERROR, FAILED, INCONCLUSIVE, PASSED, SKIPPED, CaseResult, LabResult

_WORDS = {
    PASSED: ("passed", "green"),
    FAILED: ("FAILED", "bold red"),
    ERROR: ("ERROR", "bold red"),
    INCONCLUSIVE: ("INCONCLUSIVE", "bold yellow"),
    SKIPPED: ("skipped", "yellow"),
}
_STATES = {SOLVED: "green", FAILING: "red", CHANGED: "yellow"}


def console(*, stderr: bool = False) -> Console:
    """A console for the present stream. Colours only on a terminal, and none with NO_COLOR."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def drawn(renderable: RenderableType) -> str:
    """The text to print on stdout, without the blanks that pad a table's lines to their full width."""
    out = console()
    with out.capture() as captured:
        out.print(renderable, soft_wrap=isinstance(renderable, Text))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def show(renderable: RenderableType) -> None:
    """Print on stdout."""
    click.echo(drawn(renderable), color=True)  # rich has decided about colours already


def word(outcome: str) -> Text:
    """An outcome as its coloured word."""
    return Text(*_WORDS[outcome])


def count(number: int, one: str, many: str = "") -> str:
    """``1 test``, ``2 tests``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def extent(case: CaseResult) -> str:
    """How much of its schedules a test has run."""
    if not case.inputs or case.outcome == ERROR:
        return ""
    drawn = f"{case.inputs} inputs, " if case.inputs > 1 else ""
    if case.world == "native":
        return drawn + count(case.schedules, "round")
    if case.outcome == FAILED:
        found = case.failure.found_on if case.failure else case.schedules
        return f"{drawn}schedule {found:,}" if case.inputs == 1 else f"{case.inputs} inputs"
    if case.complete:
        return f"{drawn}{count(case.schedules, 'interleaving')}, all"
    return f"{drawn}{count(case.schedules, 'schedule')}, not all"


def _table(*columns: str) -> Table:
    table = Table(box=None, show_header=any(columns), header_style="bold", padding=(0, 2, 0, 0), pad_edge=False)
    for column in columns:
        # "fold", because the other ways of shortening draw an ellipsis, which is not ASCII.
        table.add_column(column, overflow="fold")
    return table


def case_table(result: LabResult) -> Padding:
    """A line a test: its outcome, its name as words, and how much was run."""
    table = _table("", "", "")
    table.columns[0].no_wrap = table.columns[2].no_wrap = True
    for case in result.cases:
        table.add_row(word(case.outcome), Text(case.title), Text(extent(case)))
    return Padding(table, (0, 0, 0, 2))


def verdict(result: LabResult) -> Text:
    """The closing line of a run."""
    line = Text.assemble(f"{result.lab.slug} ({result.target}): ", word(result.outcome))
    tests = count(result.tests, "test")
    if result.outcome == PASSED:
        explored = [case for case in result.cases if case.world == "explored"]
        line.append(f", {tests}")
        if explored and all(case.complete for case in explored):
            line.append(f", all {count(result.classes, 'class', 'classes')} of schedules explored")
        elif explored:
            line.append(f", {count(result.classes, 'schedule')} explored, not all there are")
    else:
        line.append(f", {result.passed} of {tests} passed")
        if result.left_out:
            line.append(f", {result.left_out} not run")
    return line


def state_text(state: str, entry: Entry) -> str:
    """A lab's state, with how far it is where it fails."""
    return f"{state} {entry.passed}/{entry.tests}" if state == FAILING else state


def lab_table(registry: Registry, progress: Progress) -> Table:
    """All labs by part, with the state of each; the one that is worked at is marked."""
    table = _table("  #", "lab", "state", "hints", "title")
    table.columns[0].justify = table.columns[3].justify = "right"
    for column in table.columns[:4]:
        column.no_wrap = True  # only the titles give way
    here = current_lab(registry, progress)
    part = ""
    for lab in registry:
        if lab.part != part:
            part = lab.part
            table.add_row("", Text(part, style="bold"))
        state, entry = state_of(registry, lab, progress), progress.entry(lab)
        table.add_row(
            f"{'>' if lab is here else ''} {lab.number:2}",
            Text(lab.slug),
            Text(state_text(state, entry), style=_STATES.get(state, "")),
            str(entry.hints or "-"),
            Text(lab.title, no_wrap=True, overflow="crop"),  # a line a lab, or the first ones scroll away
        )
    return table


def grade_table(grades: Sequence[Grade]) -> Table:
    """Points a lab, and the sum."""
    table = _table("lab", "verdict", "tests", "points")
    table.columns[2].justify = table.columns[3].justify = "right"
    for grade in grades:
        tests = f"{grade.result.passed}/{grade.result.tests}" if grade.result else "-"
        table.add_row(Text(grade.lab.slug), word(grade.outcome), tests, f"{grade.points}/{grade.lab.points}")
    total = f"{sum(grade.points for grade in grades)}/{sum(grade.lab.points for grade in grades)}"
    table.add_row("total", "", "", total, style="bold")
    return table


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr, if that is a terminal; yields what to call with a name, how many are done, and of how many."""
    screen = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    # No thread that refreshes it: no other thread may run while a schedule is explored.
    bar = Bar(
        *columns,
        console=screen,
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        disable=not screen.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None)

        def show(name: str, done: int, total: int) -> None:
            bar.update(task, description=name[:40], completed=done, total=total)
            bar.refresh()

        yield show
