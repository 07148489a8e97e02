"""The command ``synclab play``: the student is the scheduler, in the browser."""

from __future__ import annotations

import click

from sync_tools.doors.break_cli import getting_ready
from sync_tools.doors.pages import open_option, page_option, page_path, tell
from sync_tools.doors.student_cli import chosen_lab, lab_or_current, target_option


@click.command()
@lab_or_current
@target_option
@page_option
@open_option
@click.pass_context
def play(ctx: click.Context, lab: str | None, target: str, page: str | None, opens: bool | None) -> None:
    """Be the scheduler in the browser: break a lab's program.

    As synclab break, on a page: it shows the program with a marker for each
    thread, and you pick which one goes on. All orders of steps were explored
    beforehand, so the page knows whether one can still break the program; for
    a program that is right it says that none does.
    Without LAB, of the lab that you worked at last.
    """
    from sync_tools.doors.break_session import game_of
    from sync_tools.drivers.reachable import reachable
    from sync_tools.presentation.play_page import summary, write_play_page

    registry, chosen = chosen_lab(ctx, lab, becomes_current=target == "labs")
    where = "" if target == "labs" else f" --target {target}"
    with getting_ready(), game_of(registry, chosen, target) as game:
        graph = reachable(game)
        programs = [each.program_path for each in game.runner.labs()]
    path = page_path(registry, chosen, "play", page)
    write_play_page(
        graph,
        path,
        title=chosen.title,
        goal=chosen.goal,
        play=f"synclab break {chosen.slug}{where}",
        fix=f"synclab run {chosen.slug}{where}",
        programs=programs,
    )
    click.echo(f"{chosen.slug}: {summary(graph)}")
    tell(path, opens)
