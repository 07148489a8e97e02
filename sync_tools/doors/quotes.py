"""The promises that a lab's tests quote: each stands, word for word, in a docstring of the lab's program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_DECORATORS = ("explored", "stressed")
_CALLED = ("meth", "func")  # roles of what is called: a reader knows it by its parentheses
_MARKUP = re.compile(
    r":(?P<role>[\w:]+):`~?(?P<name>[^`]+)`"
    r"|``(?P<code>[^`]+)``"
    r"|`(?P<word>[^`]+)`"
    r"|(?<![\w*])(?P<stars>\*\*?)(?P<stressed>[^\s*](?:[^*]*[^\s*])?)(?P=stars)(?![\w*])"
)
_BULLET = re.compile(r"^[ \t]*[*-] ", re.MULTILINE)


def plain(docstring: str) -> str:
    """A docstring as a report can quote it: one line, without bullets and markup.

    Args:
        docstring: with Sphinx markup, as it stands in the program.

    Returns:
        The text, in which a method's or a function's name has its parentheses.
    """
    return " ".join(_MARKUP.sub(_without_markup, _BULLET.sub("", docstring)).split())


def _without_markup(found: re.Match[str]) -> str:
    name = found["name"]
    if name is None:
        return found["code"] or found["word"] or found["stressed"]
    if found[0].startswith(f":{found['role']}:`~"):
        name = name.rpartition(".")[2]
    return f"{name.removesuffix('()')}()" if found["role"].rpartition(":")[2] in _CALLED else name


def quote_problems(tests: str, program: str) -> Iterator[str]:
    """What is wrong with the promises that a lab's tests quote, a sentence each.

    A test for which no promise fits says so with ``promise=""``.

    Args:
        tests: the source of the lab's test file.
        program: the source of the lab's program as it comes.
    """
    said = [plain(each) for each in _docstrings(ast.parse(program))]
    for test, promise in _promises(ast.parse(tests)):
        if promise is None:
            yield f"{test} has no promise: quote what the program's docstring says and this test holds it to"
        elif promise and not any(_is_quoted(promise, text) for text in said):
            yield f"{test}: its promise is no whole sentence of a docstring of the program: {promise}"


def _is_quoted(promise: str, text: str) -> bool:
    """True where the promise is one or more whole sentences of the text; what stands after a colon is one, too."""
    ends = re.search(r"[.!?]\)?$", promise)
    return ends is not None and bool(re.search(rf"(?:^|[.:!?]\)? ){re.escape(promise)}(?= |$)", text))


def _docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def _promises(tree: ast.Module) -> Iterator[tuple[str, str | None]]:
    """For each explored or stressed test its name and the promise that it quotes; None where it has none."""
    # A decorator, or a text, may have got a name of its own before.
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def meant(node: ast.expr) -> ast.expr:
        return named.get(node.id, node) if isinstance(node, ast.Name) else node

    for test in ast.walk(tree):
        if not isinstance(test, ast.FunctionDef):
            continue
        for decorator in map(meant, test.decorator_list):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if (getattr(called, "id", "") or getattr(called, "attr", "")) in _DECORATORS:
                given = decorator.keywords if isinstance(decorator, ast.Call) else []
                values = [meant(each.value) for each in given if each.arg == "promise"]
                yield test.name, _text(values[0]) if values else None


def _text(node: ast.expr) -> str:
    """The text that an expression is; its source where it is computed, which no docstring says."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ast.unparse(node)
