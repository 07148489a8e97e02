"""One change of a program's syntax tree, and small questions about statements that the operators share."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sync_tools.mutants.places import Function, Place, blocks_of, expressions_of


@dataclass(frozen=True)
class Change:
    """A stretch of statements, and what stands there in the mutant.

    Attributes:
        function: the qualified name of the function that is changed.
        line: where, in the program as it is.
        what: what is done, in words.
        block: the list of statements to change.
        start: the first statement to be replaced.
        stop: the statement after the last one to be replaced.
        new: what stands there instead.
    """

    function: str
    line: int
    what: str
    block: list[ast.stmt]
    start: int
    stop: int
    new: tuple[ast.stmt, ...]

    @contextmanager
    def made(self) -> Iterator[None]:
        """Make the change; undo it in the end."""
        kept = self.block[self.start : self.stop]
        self.block[self.start : self.stop] = self.new or (ast.Pass(),)
        try:
            yield
        finally:
            self.block[self.start : self.start + max(1, len(self.new))] = kept


def replaced(place: Place, what: str, *new: ast.stmt) -> Change:
    """One statement, by others (none: ``pass``)."""
    return Change(place.function, place.statement.lineno, what, place.block, place.index, place.index + 1, new)


def with_other(statement: ast.stmt, swaps: dict[ast.AST, ast.AST]) -> ast.stmt:
    """A copy of a statement in which some nodes are others."""
    return copy.deepcopy(statement, {id(old): new for old, new in swaps.items()})


def parsed(text: str) -> ast.expr:
    """An expression."""
    return ast.parse(text, mode="eval").body


def method_call(node: ast.AST, *names: str) -> tuple[str, str] | None:
    """``("self._lock", "acquire")`` for a call of one of these methods, else None."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
        return ast.unparse(node.func.value), node.func.attr
    return None


def called(statement: ast.stmt, *names: str) -> tuple[str, str] | None:
    """The same for a statement that is nothing but such a call."""
    return method_call(statement.value, *names) if isinstance(statement, ast.Expr) else None


def calls_in(statement: ast.stmt, *names: str) -> Iterator[ast.Call]:
    """The calls of such methods in a statement's own expressions."""
    for node in expressions_of(statement):
        if isinstance(node, ast.Call) and method_call(node, *names):
            yield node


def anywhere(statement: ast.AST, test: Callable[[ast.AST], object]) -> bool:
    """True when some node of a statement, at whatever depth, fits."""
    return any(test(node) for node in ast.walk(statement))


def leaves(statement: ast.stmt) -> bool:
    """True for a statement after which the next one does not run."""
    return isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break)


def may_leave(statement: ast.stmt) -> bool:
    """True where some way through a statement does not come to the next one."""
    return anywhere(statement, lambda node: isinstance(node, ast.stmt) and leaves(node))


_LOUD = (ast.Attribute, ast.Subscript, ast.Call, ast.With, ast.Yield, ast.YieldFrom, ast.Await, ast.Global)


def silent(statement: ast.stmt) -> bool:
    """True for a statement that touches nothing but local names and constants, so that no other thread can tell."""
    return not anywhere(statement, lambda node: isinstance(node, _LOUD)) and not isinstance(statement, Function)


def bound(statement: ast.stmt) -> set[str]:
    """The local names that a statement binds."""
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def used(statement: ast.stmt) -> set[str]:
    """The names that a statement reads."""
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def functions(block: list[ast.stmt], prefix: str = "") -> Iterator[tuple[list[ast.stmt], int, str]]:
    """Every function but ``main``, as the block that it stands in, its place there, and its qualified name."""
    for index, statement in enumerate(block):
        if isinstance(statement, ast.ClassDef):
            yield from functions(statement.body, f"{prefix}{statement.name}.")
        elif isinstance(statement, Function):
            if prefix or statement.name != "main":
                yield block, index, prefix + statement.name
                yield from functions(statement.body, f"{prefix}{statement.name}.")
        else:
            for inner in blocks_of(statement):
                yield from functions(inner, prefix)


def text_of(statements: Sequence[ast.stmt] | Iterable[ast.AST]) -> str:
    """A statement's first line, for a description."""
    return ast.unparse(next(iter(statements))).partition("\n")[0]
