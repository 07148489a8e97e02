"""The page on which a person is the scheduler: all positions that a game can come to, and the assets that play it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from sync_tools.presentation.advice import advice
from sync_tools.presentation.page_file import assemble, folders_to_hide, texts_of, write_whole
from sync_tools.presentation.page_names import portable
from sync_tools.presentation.play_data import play_data
from sync_tools.presentation.play_reasons import reasons, ways
from sync_tools.presentation.report import render
from sync_tools.presentation.text import count, visible
from sync_tools.words.failure import Failure, Step
from sync_tools.words.reachable import Reachable

TEMPLATE = "play.html"
STYLES = ("base.css", "play.css")
SCRIPTS = ("base.js", "source.js", "play_model.js", "play_words.js", "play_panels.js", "play.js")
REPORT_WIDTH = 80
MOST_REPORTS = 60  # each has some thousand characters; who breaks it in another way runs the command


def write_play_page(
    graph: Reachable, path: Path, *, title: str, goal: str, play: str, fix: str, programs: Iterable[str] = ()
) -> Path:
    """Write the page of a game.

    Args:
        graph: all of its positions.
        path: where to; a file that is there is replaced at once and whole, or stays as it was.
        title: what the page is called: the lab's title.
        goal: what the player is to make happen, as an imperative.
        play: the command that plays the same in a terminal.
        fix: the command that runs the tests.
        programs: files that are shown before all others, where something happens in them.

    Returns:
        `path`.

    Raises:
        UserError: it cannot be written.
    """
    folders = folders_to_hide()
    data = play_data(graph, texts_of([*programs, *_files(graph)]), goal=goal, folders=folders)
    led, reports = ways(graph), 0
    for end, node in zip(data["ends"], (node for node in graph.nodes if node.outcome), strict=True):
        reports += node.failure is not None
        end.update(_told(node.failure, led.get(node.number, ()), folders, reports <= MOST_REPORTS))
    data |= {"heading": visible(title), "play": visible(play), "fix": visible(fix)}
    return write_whole(page(data), path)


def page(data: dict[str, Any]) -> str:
    """The page as text.

    Args:
        data: what :func:`play_data` returns, with ``heading``, ``play`` and ``fix`` as of :func:`write_play_page`; each
            of its ``ends`` has ``why`` (see :func:`reasons`), ``try`` (what to try, or "") and ``report`` (the terminal
            report, or "").
    """
    slots = {name: escape(data[name]) for name in ("kit", "title", "heading", "goal", "play")}
    return assemble(TEMPLATE, STYLES, SCRIPTS, data, slots)


def summary(graph: Reachable) -> str:
    """What is known of all positions, in one line."""
    classes = count(graph.classes, "class", "classes")
    if graph.right:
        return f"no choice breaks this: {classes} of schedules, all explored."
    breaking = f"{graph.failing_classes} of them {'breaks' if graph.failing_classes == 1 else 'break'} it"
    known = "." if graph.complete else " so far: not all is explored."
    return f"{count(len(graph.nodes), 'position')}, {classes} of schedules, {breaking}{known}"


def _told(failure: Failure | None, way: Sequence[Step], folders: dict[str, str], reported: bool) -> dict[str, Any]:
    if failure is None:
        return {"why": [], "try": "", "report": ""}
    told, _ = portable(failure, folders)
    # As the steps of the way are called: with their files in full.
    why = reasons(replace(told, steps=failure.steps), way)
    return {"why": why, "try": visible(advice(told)), "report": render(told, REPORT_WIDTH) if reported else ""}


def _files(graph: Reachable) -> Iterable[str]:
    """The files in which something happens, those before the others in which threads of the program's stand."""
    sites = [(step.thread == 0, step.site) for step in graph.start]
    for node in graph.nodes:
        sites += [(standing.thread == 0, standing.site) for standing in node.threads]
        sites += [(step.thread == 0, step.site) for edge in node.edges for step in edge.steps]
    sites.sort(key=lambda pair: pair[0])
    return dict.fromkeys(site.file for _, site in sites if site.line > 0)
