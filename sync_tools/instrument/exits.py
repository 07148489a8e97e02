"""How a loop ends, as far as its text can tell."""

from __future__ import annotations

import ast

# Iterators without an end; of everything else that a ``for`` goes through an end is expected.
_ENDLESS = frozenset({"count", "cycle", "repeat", "iter"})


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
