"""The command ``synclab handout``: a copy for students."""

from __future__ import annotations

from pathlib import Path

import click

from sync_tools.doors import registry as registries


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--labs", "names", multiple=True, metavar="PART|LAB,...", help="Only this part, or these labs (repeatable)."
)
@click.pass_context
def handout(ctx: click.Context, folder: Path, names: tuple[str, ...]) -> None:
    """Write a copy for students into the new folder DIR.

    It has the labs as they come, their tests and the kit, but no solutions and no variants. Plain tox in it says how
    far the student is.
    """
    from sync_tools.doors import handout as handouts
    from sync_tools.doors.screen import count

    registry = registries.load(ctx.obj)
    labs = handouts.choose_labs(registry, names)
    files = handouts.write_handout(registry, labs, folder)
    click.echo(f"{folder}: {count(len(labs), 'lab')}, {count(files, 'file')}, no solutions.")
    click.echo("Give it away whole, as a folder or zipped; its README.md says how to begin.")
