"""The page on which a person is the scheduler: all positions that a game can come to, and the assets that play it."""

from __future__ import annotations

from html import escape
from typing import Any

from sync_tools.presentation.page_file import assemble

TEMPLATE = "play.html"
STYLES = ("base.css", "play.css")
SCRIPTS = ("base.js", "source.js", "play_model.js", "play_words.js", "play_panels.js", "play.js")


def page(data: dict[str, Any]) -> str:
    """The page as text.

    Args:
        data: what :func:`play_data` returns.
    """
    slots = {name: escape(data[name]) for name in ("kit", "title", "heading", "scenario", "goal", "play")}
    return assemble(TEMPLATE, STYLES, SCRIPTS, data, slots)
