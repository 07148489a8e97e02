"""The command ``synclab diff``: the schedule that broke a lab, and what the same choices do after a change."""

from __future__ import annotations

import click

from sync_tools.doors.student_cli import chosen_lab, complete_lab, target_option


@click.command()
@click.argument("lab", shell_complete=complete_lab, metavar="[LAB]", required=False)
@click.argument("token", required=False)
@click.option(
    "--from",
    "before",
    default="",
    metavar="TARGET",
    help="The program before the change: as it came (the default), or a target as below.",
)
@target_option
@click.pass_context
def diff(ctx: click.Context, lab: str | None, token: str | None, before: str, target: str) -> None:
    """See what your change does to the schedule that broke a lab.

    The threads are picked in the order that broke the program before, step by
    step. Beside each step stands what the same thread does now: where it waits,
    what is new, and where it goes another way. The old order is kept as far as
    it can be.

    It is the smallest schedule that breaks the lab's goal, or the one of TOKEN,
    from a report on the program before the change. Without LAB, of the lab that
    you worked at last.

    Exit code 0 when the program gets past this schedule now, 1 when it still
    fails. That is one schedule: synclab run looks at all.
    """
    from sync_tools.doors import screen
    from sync_tools.doors.diffing import called, diff_lab
    from sync_tools.presentation.diff_text import render
    from sync_tools.presentation.diff_words import subject
    from sync_tools.presentation.report import verdict
    from sync_tools.presentation.text import wrap
    from sync_tools.words.schedule import Token

    if lab is not None and token is None and Token.looks_like(lab):
        lab, token = None, lab
    registry, chosen = chosen_lab(ctx, lab)
    found = diff_lab(registry, chosen, token, before, target)
    width = screen.console().width
    if found.comparison is None:
        same = f"{subject(found.before)} still does: nothing is changed, this is {called(before)}."
        click.echo("\n".join([*wrap(same, width), *wrap(verdict(found.before), width, "  ")]))
        ctx.exit(1)
    where = "" if target == "labs" else f" --target {target}"
    click.echo(render(found.comparison, width, f"synclab run {chosen.slug}{where}"))
    ctx.exit({"passed": 0, "failed": 1}.get(found.comparison.outcome, 3))
