"""What stands around a line of the program's source."""

from __future__ import annotations

import ast
import linecache

from sync_tools.words.failure import Site

_LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_STARTS = frozenset({"start", "submit"})


def _around(site: Site) -> list[ast.stmt | ast.expr]:
    """All that a line is in, the outermost first, the whole module left out; nothing where there is no source."""
    try:
        tree = ast.parse("".join(linecache.getlines(site.file)))
    except SyntaxError:
        return []
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.expr))]
    return [node for node in nodes if node.lineno <= site.line <= (node.end_lineno or 0)]


def loop_of(site: Site) -> ast.AST | None:
    """The innermost loop of the function of a line that the line is in; None where there is none, or no source."""
    inside = _around(site)
    innermost = max((node.lineno for node in inside if isinstance(node, _FUNCTIONS)), default=0)
    loops = [node for node in inside if isinstance(node, _LOOPS) and node.lineno >= innermost]
    return max(loops, key=lambda node: node.lineno, default=None)


def takes_for_others(site: Site) -> bool:
    """True where the function of a line takes a lock that others are there to give back.

    It releases nothing itself, and another function beside it does; or it is a generator, a block's context say.
    """
    inside = _around(site)
    functions = [node for node in inside if isinstance(node, _FUNCTIONS)]
    if not functions:
        return False
    own = max(functions, key=lambda node: node.lineno)
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(own)):
        return True
    classes = [node for node in inside if isinstance(node, ast.ClassDef)]
    if _releases(own) or not classes:
        return False
    return _releases(max(classes, key=lambda node: node.lineno))


def _releases(tree: ast.AST) -> bool:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr == "release" for call in calls)


def starts_in_its_loop(site: Site) -> bool:
    """True where the loop that a line is in starts threads or hands out tasks, too."""
    loop = loop_of(site)
    calls = [node.func for node in ast.walk(loop) if isinstance(node, ast.Call)] if loop is not None else []
    return any(isinstance(call, ast.Attribute) and call.attr in _STARTS for call in calls)
