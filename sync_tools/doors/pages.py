"""Where pages go, and how they are opened."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sync_tools.doors.registry import Lab, Registry
from sync_tools.words.errors import UserError

PAGES = ".synclab-pages"  # in the checkout; nothing in it is needed

page_option = click.option(
    "--page", metavar="FILE", type=click.Path(dir_okay=False), help=f"Write the page there, not into {PAGES}."
)
open_option = click.option(
    "--open/--no-open", "opens", default=None, help="Open the page or not; by default where there is a terminal."
)


def page_path(registry: Registry, lab: Lab, what: str, given: str | None) -> Path:
    """Where a page goes; its folder is there.

    Args:
        registry: the checkout's registry.
        lab: which lab the page is of.
        what: what is to be seen, as a word of the file's name.
        given: the file that was asked for, or None.

    Raises:
        UserError: there is no such folder, or it cannot be made.
    """
    if given is not None:
        path = Path(given).absolute()
        if not path.parent.is_dir():
            raise UserError(f"{path} cannot be written: there is no folder {path.parent}.")
        return path
    folder = registry.root / PAGES
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be made: {error}. Say where the page should go: --page FILE.") from None
    return folder / f"{lab.slug}-{what}.html"


def tell(path: Path, opens: bool | None) -> None:
    """Say where a page is, as a path and as a link, and open it.

    Args:
        path: the page.
        opens: whether to open it; None for where somebody looks on.
    """
    try:
        shown = path.relative_to(Path.cwd())
    except ValueError:
        shown = path
    click.echo(f"Page:  {shown}\n       {path.as_uri()}")
    if (sys.stdin.isatty() and sys.stdout.isatty()) if opens is None else opens:
        click.launch(path.as_uri())
