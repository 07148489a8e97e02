"""What a module's syntax says of each call whose result is bound to a name, and where its byte code makes the calls."""

from __future__ import annotations

import ast
import dis
import itertools
import re
import sys
from collections.abc import Iterator
from types import CodeType

# Of these a result is not the thing that is looked for, but a container of such things.
COLLECT = frozenset({"list", "tuple", "set", "frozenset", "deque"})


OWN_NAMES = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Bindings(ast.NodeVisitor):
    """What the syntax says of each call whose result is bound: an independent account of the same thing."""

    def __init__(self) -> None:
        self.around: list[ast.AST] = []
        self.found: list[tuple[ast.Call, str]] = []

    def generic_visit(self, node: ast.AST) -> None:
        for field, value in ast.iter_fields(node):
            inside = field == "body" and isinstance(node, OWN_NAMES)  # decorators, defaults and bases are outside
            if inside:
                self.around.append(node)
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    self.visit(child)
            if inside:
                self.around.pop()

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        self.bind(node.targets[0], node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.generic_visit(node)
        self.bind(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.generic_visit(node)
        self.bind(node.target, node.value)

    def bind(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(value, ast.IfExp):
            self.bind(target, value.body)
            self.bind(target, value.orelse)
        elif isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
            self.bind(target, value.values[-1])
        elif isinstance(value, ast.Tuple) and isinstance(target, ast.Tuple) and len(value.elts) == len(target.elts):
            for one, other in zip(target.elts, value.elts, strict=True):
                self.bind(one, other)
        elif isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] not in COLLECT:
            name = self.name(target)
            if name is not None:
                self.found.append((value, name))

    def name(self, target: ast.expr) -> str | None:
        if isinstance(target, ast.Name):
            inside = bool(self.around) and isinstance(self.around[-1], ast.ClassDef)
            return f"{self.around[-1].name}.{target.id}" if inside else target.id  # type: ignore[attr-defined]
        if not isinstance(target, ast.Attribute):
            return None
        path = ast.unparse(target)
        if not re.fullmatch(r"[\w.]+", path):
            return None
        head, _, rest = path.partition(".")
        classes = [
            outer.name
            for outer, inner in itertools.pairwise(self.around)
            if isinstance(outer, ast.ClassDef) and not isinstance(inner, ast.ClassDef)
        ]
        return f"{classes[-1]}.{rest}" if head in ("self", "cls") and classes else path


def codes_of(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_of(constant)


def calls_of(code: CodeType) -> Iterator[tuple[tuple[int, ...], int]]:
    """Where each call stands in the source, and its offset; before Python 3.11 only the line is known."""
    line = code.co_firstlineno
    for step in dis.get_instructions(code):
        if sys.version_info < (3, 11):
            line = step.starts_line or line
            place: tuple[int, ...] = (line,)
        else:
            at = step.positions
            place = (at.lineno or 0, at.end_lineno or 0, at.col_offset or 0, at.end_col_offset or 0)  # type: ignore[union-attr]
        if step.opname.startswith("CALL") and "INTRINSIC" not in step.opname:
            yield place, step.offset
