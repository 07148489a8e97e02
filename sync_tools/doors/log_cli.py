"""The command ``synclab log``: what a saved log tells."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync_tools.words.errors import UserError

if TYPE_CHECKING:
    from sync_tools.presentation.sections import Section
    from sync_tools.primitives.record import Record


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--all", "whole", is_flag=True, help="Show all primitives, however many they are.")
@click.option("--order", is_flag=True, help="List the records, too: when, who, what, where.")
@click.option(
    "--primitive",
    "primitives",
    multiple=True,
    metavar="NAME",
    help="Of them, only those of this primitive (repeatable).",
)
@click.option(
    "--thread", "threads", multiple=True, metavar="NAME", help="Of them, only those of this thread (repeatable)."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Of them, only the last N.")
@click.option("--plain", is_flag=True, help="No colours, as when the output is no terminal.")
@click.option("--trace", type=click.Path(path_type=Path), metavar="OUT", help="Also write OUT for Perfetto (JSON).")
@click.pass_context
def log(
    ctx: click.Context,
    file: Path,
    whole: bool,
    order: bool,
    primitives: tuple[str, ...],
    threads: tuple[str, ...],
    limit: int | None,
    plain: bool,
    trace: Path | None,
) -> None:
    """Show what the record of a program's locks tells.

    The program records what its locks do, and saves that as FILE:

    \b
        with sync_tools.recording() as log:
            ...
        log.to_jsonl("FILE")

    Shown are how long threads waited for each primitive and held it, and the
    locks that were taken in orders which can deadlock, even if this run did
    not. With --order, or what narrows it, the records are listed as well.

    Exit code 1 if there is a potential deadlock, 0 if not.
    """
    from sync_tools.doors import screen
    from sync_tools.presentation import log_order, log_summary, log_tables, log_text
    from sync_tools.presentation.sections import text
    from sync_tools.primitives.findings import findings
    from sync_tools.primitives.saved import read_jsonl

    saved = read_jsonl(file)
    console = screen.console()
    found = findings(saved.records)
    summary = log_summary.summarize(saved.records, saved.dropped, cut=saved.cut, findings=found)
    sections = log_text.summary_sections(summary, console.width, whole=whole)
    if order or primitives or threads or limit is not None:
        listed = log_order.order(saved.records, primitives=primitives, threads=threads, limit=limit)
        sections.append(log_tables.order_section(listed, console.width))
    if plain or not console.is_terminal:
        click.echo(text(sections))
    else:
        _draw(sections)
    if trace is not None:
        _write_trace(saved.records, trace, file)
        click.echo(f"\n{trace} is written. Open it at https://ui.perfetto.dev")
    ctx.exit(1 if summary.cycles else 0)


def _draw(sections: Sequence[Section]) -> None:
    """Print the sections in colour, on a terminal."""
    from rich.text import Text

    from sync_tools.doors import screen
    from sync_tools.presentation.sections import ALARM, BODY, HEADING, TITLE, parts

    styles = {TITLE: "bold", ALARM: "bold red", HEADING: "bold"}
    for part, role in parts(sections):
        if role == BODY:
            click.echo(part)  # not through rich, which takes half a millisecond for a line of a table
        else:
            screen.show(Text(part, style=styles[role]))


def _write_trace(records: list[Record], trace: Path, log_file: Path) -> None:
    from sync_tools.primitives.writers import to_chrome_trace

    try:
        if trace.exists() and os.path.samefile(trace, log_file):
            raise UserError(f"{trace} is the log itself: name another file for the trace.")
        to_chrome_trace(records, trace)
    except OSError as error:
        raise UserError(f"{trace} cannot be written: {error.strerror or error}") from None
