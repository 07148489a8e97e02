"""How the checks of all labs are drawn: one line a lab, and what is wrong in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from sync_tools.doors.checking import Checked
from sync_tools.doors.mutating import BROKEN, HARMLESS, KILLED, SURVIVED, Judged
from sync_tools.doors.programs import OTHER, SHIPPED, SOLUTION, WRONG
from sync_tools.doors.promises import EXPLORED, NATIVE
from sync_tools.doors.registry import Lab


def mutant_lines(judged: Judged, *, with_diff: bool) -> str:
    """What became of one mutant, in two lines or with the change."""
    mutant = judged.trial.mutant
    where = f"{judged.trial.lab} {judged.trial.program}:{mutant.line}"
    text = f"{judged.state}  {mutant.name}\n    {where}: {mutant.what}"
    if judged.by:
        text += f"\n    {judged.by}"
    if with_diff:
        text += "\n" + "\n".join(f"    | {line}" for line in mutant.diff.splitlines())
    return text


def mutant_table(labs: Sequence[Lab], judged: Sequence[Judged]) -> Table:
    """How many mutants there are a lab, and what became of them."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0), pad_edge=False)
    for column in ("lab", "mutants", "killed", "harmless", "survived", "broken"):
        table.add_column(column, justify="left" if column == "lab" else "right", overflow="fold")
    total: Counter[str] = Counter()
    for lab in labs:
        states = Counter(each.state for each in judged if each.trial.lab == lab.id)
        total += states
        table.add_row(Text(lab.slug), *_counts(states))
    table.add_row("total", *_counts(total), style="bold")
    return table


def _counts(states: Counter[str]) -> list[str]:
    return [str(states.total() if state == "" else states[state]) for state in ("", KILLED, HARMLESS, SURVIVED, BROKEN)]


def check_table(checked: Sequence[Checked], judged: Sequence[Judged] | None) -> Table:
    """One line a lab, at most 80 columns wide.

    What its programs showed; mutants killed + harmless / all; the solution's classes of schedules, with a star where
    they are not all; seconds of the explored tests, as shipped and of the solution.
    """
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0), pad_edge=False)
    columns = ["lab", "shipped", "solution", "others", "wrongs", "mutants", "classes", "bug s", "fix s"]
    for column in columns:
        if column != "mutants" or judged is not None:
            left = column in ("lab", "shipped", "solution")
            table.add_column(column, justify="left" if left else "right", no_wrap=True)
    for each in checked:
        runs = {role: [run for run in each.runs if run.role == role] for role in (SHIPPED, SOLUTION, OTHER, WRONG)}
        cells = [Text(each.lab.slug)]
        if not each.runs:
            table.add_row(*cells, Text("not run", style="red"))
            continue
        shipped, solution = runs[SHIPPED][0], runs[SOLUTION][0]
        fails = sum(test.bad for test in shipped.of(EXPLORED)), sum(test.bad for test in shipped.of(NATIVE))
        cells.append(Text("fails" if all(fails) else "PASSES"))
        cells.append(Text("passes" if solution.passed else "FAILS"))
        cells.append(Text(f"{sum(run.passed for run in runs[OTHER])}/{len(runs[OTHER])}"))
        rejected = sum(any(test.bad for test in run.tests) for run in runs[WRONG])
        cells.append(Text(f"{rejected}/{len(runs[WRONG])}"))
        if judged is not None:
            states = Counter(one.state for one in judged if one.trial.lab == each.lab.id)
            cells.append(Text(f"{states[KILLED]}+{states[HARMLESS]}/{states.total()}"))
        all_run = all(test.complete for test in solution.of(EXPLORED))
        classes = sum(test.schedules for test in solution.of(EXPLORED))
        cells.append(Text(f"{classes:,}{'' if all_run else ' *'}"))
        cells += [Text(f"{run.seconds(EXPLORED):.2f}") for run in (shipped, solution)]
        table.add_row(*cells)
    return table


def not_exhaustive(checked: Sequence[Checked]) -> list[str]:
    """A line for each test that does not run every class of schedules of some right program, with the reason."""
    lines = []
    for each in checked:
        right = [run for run in each.runs if run.role in (SOLUTION, OTHER)]
        for name, why in each.bounded.items():
            if any(test.name == name and not test.complete for run in right for test in run.tests):
                lines.append(f"* {each.lab.slug}: {name} is not exhaustive: {why}")
    return lines
