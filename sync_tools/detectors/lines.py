"""What stands around a line of the program's source."""

from __future__ import annotations

import ast
import linecache

from sync_tools.words.failure import Site

_LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_STARTS = frozenset({"start", "submit"})


def loop_of(site: Site) -> ast.AST | None:
    """The innermost loop of the function of a line that the line is in; None where there is none, or no source."""
    try:
        tree = ast.parse("".join(linecache.getlines(site.file)))
    except SyntaxError:
        return None
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.expr))]
    inside = [node for node in nodes if node.lineno <= site.line <= (node.end_lineno or 0)]
    innermost = max((node.lineno for node in inside if isinstance(node, _FUNCTIONS)), default=0)
    loops = [node for node in inside if isinstance(node, _LOOPS) and node.lineno >= innermost]
    return max(loops, key=lambda node: node.lineno, default=None)


def starts_in_its_loop(site: Site) -> bool:
    """True where the loop that a line is in starts threads or hands out tasks, too."""
    loop = loop_of(site)
    calls = [node.func for node in ast.walk(loop) if isinstance(node, ast.Call)] if loop is not None else []
    return any(isinstance(call, ast.Attribute) and call.attr in _STARTS for call in calls)
