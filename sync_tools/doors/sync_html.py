"""``pytest --sync-html DIR``: write the viewer's page for each finding, and say where it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sync_tools.words.errors import UserError
from sync_tools.words.failure import Failure

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")
LONGEST = 120  # characters of a page's name: file systems end at 255, and folders count on Windows


def add_options(group: pytest.OptionGroup) -> None:
    """Add ``--sync-html``."""
    group.addoption(
        "--sync-html",
        metavar="DIR",
        help="write a page for each failing explored test into DIR: there its schedule can be stepped through",
    )


def written(config: pytest.Config, node: str, failure: Failure) -> list[str]:
    """Write a failure's page, if pages were asked for.

    Args:
        config: pytest's.
        node: the test's node id.
        failure: what is to be seen.

    Returns:
        Lines for the report: where the page is, as a path and as a link; none where no page was asked for, or the
        failure is of OS threads, which leave no schedule to step through.
    """
    folder = config.getoption("--sync-html")
    if folder is None or failure.world == "native":
        return []
    path = (config.invocation_params.dir / folder / page_name(node)).absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        failure.to_html(path)
    except (OSError, UserError) as error:
        return [f"Page:   it could not be written: {error}"]
    return [f"Page:   {_shown(path, Path(config.invocation_params.dir))}", f"        {path.as_uri()}"]


def page_name(node: str) -> str:
    """``tests/test_bank.py::test_x[a b]`` as a file name: ``test_bank.py-test_x-a-b.html``."""
    file, _, test = node.partition("::")
    name = f"{file.replace(chr(92), '/').rpartition('/')[2]}-{test}"
    return f"{_NOT_IN_NAMES.sub('-', name).strip('-')[:LONGEST]}.html"


def _shown(path: Path, here: Path) -> str:
    try:
        return str(path.relative_to(here))
    except ValueError:
        return str(path)
