"""The page of a failure: what its template asks for besides the data."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from sync_tools.presentation.page_data import page_data
from sync_tools.presentation.page_file import assemble, folders_to_hide, texts_of, write_whole
from sync_tools.presentation.page_names import files_of
from sync_tools.words.failure import Failure
from sync_tools.words.outcome import Outcome

TEMPLATE = "page.html"
STYLES = ("base.css", "page.css")
SCRIPTS = ("base.js", "source.js", "model.js", "lanes.js", "graph_layout.js", "graph.js", "panels.js", "page.js")


def write_page(failure: Failure, path: Path, outcomes: Iterable[Outcome] = ()) -> Path:
    """Write the page of a failure.

    Args:
        failure: the failure.
        path: where to; a file that is there is replaced at once and whole, or stays as it was.
        outcomes: all ways in which the scenario can end, where they are known.

    Returns:
        `path`.

    Raises:
        UserError: it cannot be written.
    """
    data = page_data(failure, sources_of(failure), outcomes=outcomes, folders=folders_to_hide())
    return write_whole(page(data), path)


def page(data: dict[str, Any]) -> str:
    """The page as text.

    Args:
        data: what :func:`page_data` returns.
    """
    slots = {
        "heading": _heading(data["verdict"]),
        "promise": _promise(data["promise"]),
        "given": _given(data["given"]),
        **{name: escape(data[name]) for name in ("kit", "title", "scenario", "found", "report")},
    }
    return assemble(TEMPLATE, STYLES, SCRIPTS, data, slots)


def sources_of(failure: Failure) -> dict[str, str]:
    """The text of the program's files that a failure speaks of, as far as they are at hand."""
    return texts_of(files_of(failure))


def _heading(verdict: str) -> str:
    what, _, said = verdict.partition(" -- ")
    heading = f'<span class="what">{escape(what)}</span>'
    return f"{heading}: <bdi>{escape(said)}</bdi>" if said else heading


def _promise(promise: str) -> str:
    return f'<p class="promise">Its test holds it to: <q>{escape(promise)}</q></p>' if promise else ""


def _given(given: list[list[str]]) -> str:
    pairs = ", ".join(f"<code>{escape(name)} = {escape(value)}</code>" for name, value in given)
    return f'<p class="found">It was given {pairs}.</p>' if pairs else ""
