"""The expressions of the syntax-tree rewriter: every load of shared state announces itself through a hook.

The result does what the source does; line and column numbers stay true, so tracebacks and debuggers still work. The
hooks (``hooks.py``) are globals whose names begin with ``_sl_`` (two leading underscores would be mangled in classes).
A tree that pytest has rewritten for its asserts is welcome: names that begin with ``@`` are pytest's and left alone.
"""

from __future__ import annotations

import ast
from typing import Any, TypeVar

from sync_tools.instrument.scopes import Comprehension, Scope, loop_names, scopes_of
from sync_tools.words.loops import Loop, add_loop
from sync_tools.words.sites import add_site, next_site

Node = TypeVar("Node", bound=ast.AST)

# What pytest's assert rewriting calls for itself: no part of the scenario.
PYTEST_OWN = frozenset({"@pytest_ar", "@py_builtins"})

# These look at their caller's frame, so they must be called from the user's own.
FRAME_READERS = frozenset({"super", "locals", "globals", "vars", "dir", "eval", "exec", "__import__", "breakpoint"})

# What these give is new: no other thread can see it yet.
_FRESH = (
    *(ast.Constant, ast.JoinedStr, ast.Lambda, ast.Compare, ast.BinOp, ast.UnaryOp),
    *(ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
# The functions of the operator module for operators that may look into both operands.
_OPERATIONS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitOr: "or_",
    ast.BitXor: "xor",
    ast.BitAnd: "and_",
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def injected(node: ast.AST) -> bool:
    """True for what pytest put into a tree."""
    return _root(node).startswith("@")


def kept(node: ast.AST) -> bool:
    """True for a variable in which pytest keeps a part of the user's assert."""
    return isinstance(node, ast.Name) and node.id.startswith("@py_assert")


class Expressions(ast.NodeTransformer):
    """Rewrites expressions, and enters functions and classes."""

    def __init__(self, tree: ast.Module, filename: str) -> None:
        self.filename = filename
        self.scopes = scopes_of(tree)
        self.scope: Scope = self.scopes[tree]
        self.names: list[str] = []  # the functions and classes around, for sites
        self.classes: list[str] = []  # the classes around, for mangling
        self.in_class = False  # directly in a class body, where every name is an attribute
        self.loops: list[Loop] = []  # the loops of this function around
        self.hidden: list[set[str]] = []  # the variables of the comprehensions around
        self.formatting = False  # in the branch in which pytest describes an assert that failed
        self.open: list[str] = []  # the temporaries in use; a statement deletes those that it made

    # ---- small parts ---------------------------------------------------------------------------------------------

    def site(self, node: ast.AST) -> ast.Constant:
        return ast.Constant(self.site_number(node))

    def site_number(self, node: ast.AST) -> int:
        return add_site(self.filename, getattr(node, "lineno", 0), ".".join(self.names) or "<module>")

    def call(self, at: ast.AST, hook: str, *args: ast.expr) -> ast.Call:
        made = ast.Call(ast.Name(f"_sl_{hook}", ast.Load()), list(args), [])
        return self.place(made, at)

    @staticmethod
    def place(made: Node, at: ast.AST) -> Node:
        """Give `made`, and what is new in it, the position of `at`."""
        for node in ast.walk(made):
            if "lineno" in node._attributes and not hasattr(node, "lineno"):
                ast.copy_location(node, at)
        return made

    def temporary(self) -> str:
        self.open.append(f"_sl_t{len(self.open) + 1}")
        return self.open[-1]

    def release(self, at: ast.AST, made: list[ast.stmt]) -> list[ast.stmt]:
        """Delete the temporaries: values must not live longer than the source says."""
        if self.open:
            names: list[ast.expr] = [ast.Name(name, ast.Del()) for name in self.open]
            made.append(self.place(ast.Delete(names), at))
            self.open = []
        return made

    @staticmethod
    def name_place(node: ast.Attribute) -> ast.AST:
        """Where the interpreter says an attribute stands: at its name, the last line of a chain."""
        if node.end_lineno is None or node.end_lineno == node.lineno:
            return node
        end = node.end_col_offset or 0
        start = max(0, end - len(node.attr))
        return ast.Pass(lineno=node.end_lineno, col_offset=start, end_lineno=node.end_lineno, end_col_offset=end)

    def mangle(self, name: str) -> str:
        if name.startswith("__") and not name.endswith("__") and self.classes and self.classes[-1].strip("_"):
            return f"_{self.classes[-1].lstrip('_')}{name}"
        return name

    def assign(self, at: ast.AST, name: str, value: ast.expr) -> ast.stmt:
        return self.place(ast.Assign([ast.Name(name, ast.Store())], value), at)

    def key(self, owner: Scope) -> ast.expr:
        """What names the scope that a variable belongs to."""
        if owner.parent is None:
            return ast.Name("_sl_key", ast.Load())
        return ast.Constant(f"{self.filename}:{owner.line}")

    def loop(self, node: ast.stmt, bounded: bool) -> ast.Constant:
        """Enter a loop, and return the site of its turns."""
        site = self.site_number(node)
        self.loops.append(Loop(len(self.loops), bounded, set(), []))
        add_loop(site, self.loops[-1])
        return ast.Constant(site)

    def exit_test(self, node: ast.expr) -> ast.expr:
        """Visit a test that can end the loops around it."""
        looked_at = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        first = next_site()
        made = self.whole(node)
        for loop in self.loops:
            loop.names.update(looked_at)
            loop.spans.append((first, next_site()))
        return made

    # ---- scopes --------------------------------------------------------------------------------------------------

    def _enter(self, node: Any, name: str) -> Any:
        outer, in_class, loops = self.scope, self.in_class, self.loops
        self.scope, self.in_class, self.loops = self.scopes[node], False, []
        self.names.append(name)
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            node.body = self.body(node.body)
        self.names.pop()
        self.scope, self.in_class, self.loops = outer, in_class, loops
        if not isinstance(node, ast.Lambda):
            node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        node.args.defaults = [self.visit(default) for default in node.args.defaults]
        node.args.kw_defaults = [default and self.visit(default) for default in node.args.kw_defaults]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        return self._enter(node, node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        return self._enter(node, node.name)

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        return self._enter(node, "<lambda>")

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        node.bases = [self.visit(base) for base in node.bases]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        self.classes.append(node.name)
        self.names.append(node.name)
        in_class, self.in_class = self.in_class, True
        node.body = self.body(node.body)
        self.in_class = in_class
        self.names.pop()
        self.classes.pop()
        return node

    def body(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for statement in statements:
            result = self.visit(statement)
            made.extend(result if isinstance(result, list) else [result])
        return made

    # ---- expressions ---------------------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> Any:
        if not isinstance(node.ctx, ast.Load) or node.id.startswith(("@", "_sl_")) or self.scope.parent is None:
            return node
        owner = self.scope.owner(node.id)
        if owner is None or node.id not in owner.shared or any(node.id in names for names in self.hidden):
            return node
        read = self.call(node, "read", self.key(owner), ast.Constant(node.id), self.site(node))
        return self.call(node, "see", read, node)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        if injected(node):
            return node
        node.value = self.visit(node.value)
        if not isinstance(node.ctx, ast.Load):
            return node
        at = self.name_place(node)
        return self.call(at, "load", node.value, ast.Constant(self.mangle(node.attr)), self.site(at))

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        if injected(node):
            return node
        node.value = self.visit(node.value)
        node.slice = self.visit(node.slice)
        if not isinstance(node.ctx, ast.Load):
            return node
        return self.call(node, "getitem", node.value, self.slice(node.slice), self.site(node))

    def slice(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Slice):
            parts = [part or ast.Constant(None) for part in (node.lower, node.upper, node.step)]
            return self.call(node, "slice", *parts)
        if isinstance(node, ast.Tuple):
            node.elts = [self.slice(part) for part in node.elts]
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        function = node.func
        if _root(function) in PYTEST_OWN:  # an @py_assert name may hold the user's own function
            node.args = [self.visit(arg) for arg in node.args]
            if not (isinstance(function, ast.Attribute) and function.attr in FRAME_READERS):
                node.func = self.call(node, "hush", function)
            return node
        plain = isinstance(function, ast.Name) and (function.id in FRAME_READERS or function.id.startswith("_sl_"))
        if plain and isinstance(function, ast.Name) and function.id == "vars" and node.args:
            plain = False  # it looks at what it is given, and at no frame
        node.args = [self.visit(arg) for arg in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value) if keyword.arg else self.whole(keyword.value)
        if plain:
            return node
        if isinstance(function, ast.Attribute):
            target = self.visit(function.value)
            name = ast.Constant(self.mangle(function.attr))
            at = self.name_place(function)
            node.func = self.call(at, "method", target, name, self.site(at))
            if at is not function:
                node.lineno, node.col_offset = node.func.lineno, node.func.col_offset
        else:
            node.func = self.call(function, "function", self.visit(function), self.site(node))
        return node

    def visit_Starred(self, node: ast.Starred) -> Any:
        if isinstance(node.ctx, ast.Load):
            node.value = self.whole(node.value)
        return node

    def whole(self, node: ast.expr) -> ast.expr:
        """Visit an operand of an operator that reads a container inside of the interpreter."""
        made: ast.expr = self.visit(node)
        if isinstance(node, _FRESH) or self.is_foreign(node) or (isinstance(node, ast.Name) and node.id == "__debug__"):
            return made
        return self.call(node, "whole", made, self.site(node))

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        if self.in_one_step(node.left, node.right):
            return self.binary(node, node.left, node.op, node.right)
        node.left = self.whole(node.left)
        node.right = self.whole(node.right)
        return node

    def is_foreign(self, node: ast.expr) -> bool:
        """True for what pytest put into a tree, unless it stands for a part of the user's assert."""
        return injected(node) and (self.formatting or not kept(node))

    def in_one_step(self, left: ast.expr, right: ast.expr) -> bool:
        """True when the left operand could change while the right one is worked out or announced."""
        fresh = isinstance(left, _FRESH) or isinstance(right, ast.Constant)
        return not (fresh or self.is_foreign(left) or self.is_foreign(right))

    def binary(self, at: ast.AST, left: ast.expr, op: ast.AST, right: ast.expr) -> ast.expr:
        """An operator that looks into both operands at once, when both are there."""
        name = ast.Constant(_OPERATIONS[type(op)])
        return self.call(at, "binary", name, self.visit(left), self.visit(right), self.site(at))

    def visit_Compare(self, node: ast.Compare) -> Any:
        operands = [node.left, *node.comparators]
        one = len(node.ops) == 1
        if one and isinstance(node.ops[0], ast.In | ast.NotIn) and not self.is_foreign(node.comparators[0]):
            found = self.call(node, "contains", self.visit(node.left), self.visit(node.comparators[0]), self.site(node))
            if isinstance(node.ops[0], ast.In):
                return found
            return self.place(ast.UnaryOp(ast.Not(), found), node)
        if one and type(node.ops[0]) in _OPERATIONS and self.in_one_step(node.left, node.comparators[0]):
            return self.binary(node, node.left, node.ops[0], node.comparators[0])
        if all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
            made = [self.visit(operand) for operand in operands]
        else:
            made = [self.whole(operand) for operand in operands]
        node.left, node.comparators = made[0], made[1:]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        node.operand = self.whole(node.operand)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        node.values = [self.whole(value) for value in node.values]
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        node.test = self.whole(node.test)
        node.body = self.visit(node.body)
        node.orelse = self.visit(node.orelse)
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> Any:
        node.value = self.whole(node.value)
        if node.format_spec is not None:
            node.format_spec = self.visit(node.format_spec)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Any:
        node.value = self.visit(node.value)
        owner = self.scope.owner(node.target.id)
        if owner is not None and node.target.id in owner.shared and not node.target.id.startswith("@"):
            name = ast.Constant(node.target.id)
            node.value = self.call(node, "write", node.value, self.key(owner), name, self.site(node))
        elif isinstance(node.value, ast.Call) and not node.target.id.startswith(("@", "_sl_")):
            node.value = self.call(node, "named", node.value, ast.Constant(node.target.id))
        return node

    def visit_Dict(self, node: ast.Dict) -> Any:
        for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
            node.keys[index] = key and self.visit(key)
            node.values[index] = self.visit(value) if key else self.whole(value)
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> Any:
        node.value = self.each(node.value)
        return node

    def each(self, node: ast.expr) -> ast.expr:
        """Visit what something iterates over."""
        return self.call(node, "each", self.visit(node), self.site(node))

    def _comprehension(self, node: Comprehension) -> Any:
        first = node.generators[0]
        first.iter = self.each(first.iter)  # this one is worked out outside
        self.hidden.append(loop_names(node))
        for clause in node.generators:
            if clause is not first:
                clause.iter = self.each(clause.iter)
            clause.ifs = [self.whole(test) for test in clause.ifs]
        if isinstance(node, ast.DictComp):
            node.key, node.value = self.visit(node.key), self.visit(node.value)
        else:
            node.elt = self.visit(node.elt)
        self.hidden.pop()
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension
