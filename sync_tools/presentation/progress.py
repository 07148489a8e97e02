"""A progress bar for a long exploration: schedules, rate, depth, and a guess of how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from sync_tools.drivers.course import Progress


def line_of(step: Progress, seconds: float) -> str:
    """One line of how far an exploration is.

    Args:
        step: how far.
        seconds: since it began.
    """
    rate = step.schedules / seconds if seconds > 0 else 0.0
    text = f"{step.schedules:,} schedules, {rate:,.0f}/s"
    if step.depth:
        text += f", {step.depth} steps deep"
    if step.share:
        text += f", about {step.share:.0%} of {step.schedules / step.share:,.0f}"
    return text


@contextmanager
def progress_bar(file: IO[str] | None = None) -> Iterator[Callable[[Progress], None]]:
    """Show a progress bar for as long as a ``with`` block lasts, on the terminal's error output.

    Use it as ``with progress_bar() as show: explore(scenario, progress=show)``. Where that is no terminal, nothing is
    shown. The number of schedules is a guess (see ``Dpor.share``): it assumes that the rest is like what was seen.

    Args:
        file: where to write instead.
    """
    from rich.console import Console  # imported on use: `import sync_tools` stays quick
    from rich.progress import BarColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(file=file, stderr=file is None)
    columns: list[Any] = [SpinnerColumn(), BarColumn(bar_width=16), TextColumn("{task.description}")]
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("exploring", total=None)

        def show(step: Progress) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            total = 1.0 if step.share else None
            bar.update(task, description=line_of(step, elapsed), completed=step.share or 0.0, total=total)

        yield show
