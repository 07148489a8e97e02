"""What is known of each rewritten loop from its text: how deep it stands, and what decides whether it goes on."""

from __future__ import annotations

import ast
from typing import NamedTuple

# Iterators without an end; of everything else that a ``for`` goes through an end is expected.
_ENDLESS = frozenset({"count", "cycle", "repeat", "iter"})


class Loop(NamedTuple):
    """A loop of the program.

    Attributes:
        depth: how many loops of the same function are around it.
        bounded: True for a ``for`` over what has an end.
        names: variables that its exits look at: its test, and each ``if`` that leaves it.
        spans: the same for shared state: first and last number (exclusive) of the sites there.
    """

    depth: int
    bounded: bool
    names: set[str]
    spans: list[tuple[int, int]]


# By the loop's site. Like the table of sites it only ever grows.
_loops: dict[int, Loop] = {}


def add_loop(site: int, loop: Loop) -> None:
    """Register the loop whose turns announce themselves with that site."""
    _loops[site] = loop


def loop_at(site: int) -> Loop:
    """The loop with that site."""
    return _loops[site]


def is_bounded(iterable: ast.expr) -> bool:
    """True when a ``for`` over this comes to an end, as far as its text can tell."""
    if not isinstance(iterable, ast.Call):
        return True
    function = iterable.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "zip":
        return any(map(is_bounded, iterable.args))
    if name in ("enumerate", "map", "filter", "reversed"):
        return all(map(is_bounded, iterable.args))
    return name not in _ENDLESS


def leaves(statements: list[ast.stmt]) -> bool:
    """True when these statements can leave a loop around them."""
    inside: list[ast.AST] = list(statements)
    while inside:
        node = inside.pop()
        if isinstance(node, ast.Break | ast.Return | ast.Raise):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            inside.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr))
    return False
