"""The parts of the program's files that a page shows: the functions in which something happens."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sync_tools.presentation.text import count, visible
from sync_tools.words.failure import Site

WHOLE = 100  # a file of so many lines is shown as it is
LONGEST_FUNCTION = 60  # lines
CONTEXT = 4  # lines on either side, where a function is too long or there is none
MOST_LINES = 300  # of one file
WIDEST = 240  # characters of a line
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def files_shown(sites: Iterable[Site], sources: Mapping[str, str], order: Sequence[str]) -> list[dict[str, Any]]:
    """What a page shows of the files.

    Args:
        sites: the places that matter; their files are called as in `order`.
        sources: the whole text of each file, as far as it is at hand.
        order: the files, the most important first.

    Returns:
        For each file with anything to show ``name``, ``lines`` (pairs of number and text, in order; where a number is
        left out so is the line), ``total`` (lines of the file; 0 where that is not known) and ``note`` (why it is not
        the file as it is now, or "").
    """
    by_file: dict[str, list[Site]] = {file: [] for file in order}
    for site in sites:
        if site.line > 0:
            by_file.setdefault(site.file, []).append(site)
    shown = [_file(file, found, sources.get(file)) for file, found in by_file.items() if found]
    return [file for file in shown if file["lines"]]


def _file(name: str, sites: Sequence[Site], text: str | None) -> dict[str, Any]:
    lines = [] if text is None else _lines(text)
    fits = all(site.line <= len(lines) and _says(lines, site) for site in sites)
    if not fits:
        # Numbers that point to other lines than they did would be worse than none of what is around.
        known = {site.line: site.source for site in sites if site.source}
        note = "not at hand" if text is None else "changed since"
        pairs = [[number, clipped(line)] for number, line in sorted(known.items())]
        return {"name": name, "lines": pairs, "total": 0, "note": f"{note}: only the lines of the steps are shown"}
    wanted = {site.line for site in sites}
    numbers = sorted(range(1, len(lines) + 1) if len(lines) <= WHOLE else _around(text or "", lines, wanted))
    pairs = [[number, clipped(lines[number - 1])] for number in numbers]
    return {"name": name, "lines": pairs, "total": len(lines), "note": ""}


def clipped(line: str) -> str:
    """A line of source, harmless and not endless."""
    text = visible(line.expandtabs(4).rstrip())
    if len(text) <= WIDEST:
        return text
    return f"{text[:WIDEST]} ... ({count(len(text) - WIDEST, 'more character')})"


def _lines(text: str) -> list[str]:
    """The lines as Python numbers them: a form feed ends none."""
    lines = re.split(r"\r\n|\r|\n", text)
    return lines[:-1] if lines[-1] == "" else lines


def _says(lines: Sequence[str], site: Site) -> bool:
    return not site.source or lines[site.line - 1].strip() == site.source.strip()


def _around(text: str, lines: Sequence[str], wanted: set[int]) -> set[int]:
    """The functions that the wanted lines are in, with the line of their class; a few lines where that says nothing."""
    try:
        tree: ast.Module | None = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        tree = None
    shown: set[int] = set()
    for line in sorted(wanted):
        inside = [] if tree is None else _enclosing(tree, line)
        fitting = next((each for each in inside if each[1] - each[0] < LONGEST_FUNCTION), None)
        begin, end = fitting or (line - CONTEXT, line + CONTEXT)
        found = set(range(max(begin, 1), min(end, len(lines)) + 1))
        if len(shown | found) > MOST_LINES:
            found = {line}
        shown |= found
    if tree is not None:
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        shown |= {each.lineno for each in classes if any(each.lineno < n <= (each.end_lineno or 0) for n in shown)}
    # A gap of one line takes as much room as the line itself.
    return shown | {line for line in range(2, len(lines)) if {line - 1, line + 1} <= shown}


def _enclosing(tree: ast.Module, line: int) -> list[tuple[int, int]]:
    """The first and the last line of the functions around a line, the outermost first."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, _FUNCTIONS):
            begin = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            end = node.end_lineno or node.lineno
            if begin <= line <= end:
                found.append((begin, end))
    return sorted(found, key=lambda each: each[0] - each[1])
