"""The command ``synclab show``: a failing schedule as a page, to step through in a browser."""

from __future__ import annotations

import click

from sync_tools.doors.pages import open_option, page_option, page_path, tell
from sync_tools.doors.student_cli import chosen_lab, lab_or_current, run_once, target_option


@click.command()
@lab_or_current
@click.argument("token", required=False)
@target_option
@page_option
@open_option
@click.pass_context
def show(
    ctx: click.Context, lab: str | None, token: str | None, target: str, page: str | None, opens: bool | None
) -> None:
    """Step through a lab's failing schedule in the browser.

    Writes a page and opens it: the program with a marker for each thread, who
    holds which lock, what the variables hold, forward and back. With the TOKEN
    of a report it is that schedule, else the first that fails now.
    Without LAB, of the lab that you worked at last.

    Exit code 1 when there is a failure to be seen, 0 when nothing fails.
    """
    from sync_tools.doors.replaying import replay_lab
    from sync_tools.presentation.report import verdict
    from sync_tools.presentation.text import plain

    if lab is not None and token is None and lab.count("-") == 2:
        lab, token = None, lab  # only a token: of the lab that was worked at last
    registry, chosen = chosen_lab(ctx, lab)
    if token is not None:
        failure = replay_lab(registry, chosen, token, target)
        if failure is None:
            click.echo(f"The schedule {token} does not fail: the program gets past it. There is nothing to show.")
            return
    else:
        result = run_once(registry, chosen, target, world="explored")
        case = result.first_failure()
        if case is None or case.failure is None:
            text = case.text.strip() if case is not None else "No explored test fails"
            click.echo(f"{text}: there is no schedule to show. synclab run {chosen.slug} tells more.")
            ctx.exit(0 if case is None else 1)
        failure = case.failure
    path = page_path(registry, chosen, "failure", page)
    failure.to_html(path)
    click.echo(f"{chosen.slug}: {plain(verdict(failure))}")
    tell(path, opens)
    ctx.exit(1)
