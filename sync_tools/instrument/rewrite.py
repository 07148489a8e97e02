"""The syntax-tree rewriter: every load and store of shared state announces itself through a hook.

The result does what the source does; line and column numbers stay true, so tracebacks and debuggers still work. The
hooks (``access.py``) are globals whose names begin with ``_sl_`` (two leading underscores would be mangled in classes).
A tree that pytest has rewritten for its asserts is welcome: names that begin with ``@`` are pytest's and left alone.
"""

from __future__ import annotations

import ast
from typing import Any, TypeVar

from sync_tools.instrument.scopes import Scope, scopes_of
from sync_tools.words.sites import add_site

Node = TypeVar("Node", bound=ast.AST)

# These look at their caller's frame, so they must be called from the user's own.
FRAME_READERS = frozenset({"super", "locals", "globals", "vars", "dir", "eval", "exec", "__import__", "breakpoint"})


def rewrite(tree: ast.Module, filename: str) -> ast.Module:
    """Rewrite a module's tree in place and return it.

    Args:
        tree: the module, possibly already rewritten by pytest.
        filename: for the sites that reports will show.
    """
    _complete_locations(tree)
    module = _Rewriter(tree, filename).visit(tree)
    ast.fix_missing_locations(module)
    return module  # type: ignore[no-any-return]


def _complete_locations(tree: ast.Module) -> None:
    """Give every node an end: what pytest injected has a line only, and new nodes copy whole positions."""
    ast.fix_missing_locations(tree)
    for node in ast.walk(tree):
        if hasattr(node, "lineno") and (getattr(node, "end_lineno", None) or 0) < node.lineno:
            node.end_lineno = node.lineno  # type: ignore[attr-defined]
            node.end_col_offset = node.col_offset  # type: ignore[attr-defined]


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _injected(node: ast.AST) -> bool:
    return _root(node).startswith("@")


class _Rewriter(ast.NodeTransformer):
    def __init__(self, tree: ast.Module, filename: str) -> None:
        self.filename = filename
        self.scopes = scopes_of(tree)
        self.scope: Scope = self.scopes[tree]
        self.names: list[str] = []  # the functions and classes around, for sites
        self.classes: list[str] = []  # the classes around, for mangling
        self.temporaries = 0

    # ---- small parts ---------------------------------------------------------------------------------------------

    def site(self, node: ast.AST) -> ast.Constant:
        line = getattr(node, "lineno", 0)
        return ast.Constant(add_site(self.filename, line, ".".join(self.names) or "<module>"))

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
        self.temporaries += 1
        return f"_sl_t{self.temporaries}"

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

    # ---- scopes --------------------------------------------------------------------------------------------------

    def _enter(self, node: Any, name: str) -> Any:
        outer = self.scope
        self.scope = self.scopes[node]
        self.names.append(name)
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            node.body = self.body(node.body)
        self.names.pop()
        self.scope = outer
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
        self.classes.append(node.name)
        self.names.append(node.name)
        node.body = self.body(node.body)
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
        if owner is None or node.id not in owner.shared:
            return node
        read = self.call(node, "read", self.key(owner), ast.Constant(node.id), self.site(node))
        return self.call(node, "see", read, node)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        if _injected(node):
            return node
        node.value = self.visit(node.value)
        if not isinstance(node.ctx, ast.Load):
            return node
        return self.call(node, "load", node.value, ast.Constant(self.mangle(node.attr)), self.site(node))

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        if _injected(node):
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
        if _injected(function):
            node.args = [self.visit(arg) for arg in node.args]
            node.func = self.call(node, "hush", function)
            return node
        plain = isinstance(function, ast.Name) and (function.id in FRAME_READERS or function.id.startswith("_sl_"))
        node.args = [self.visit(arg) for arg in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        if plain:
            return node
        if isinstance(function, ast.Attribute):
            target = self.visit(function.value)
            name = ast.Constant(self.mangle(function.attr))
            node.func = self.call(function, "method", target, name, self.site(node))
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
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.Lambda | ast.Compare) or _injected(node):
            return made
        return self.call(node, "whole", made, self.site(node))

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        node.left = self.whole(node.left)
        node.right = self.whole(node.right)
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        operands = [node.left, *node.comparators]
        one = len(node.ops) == 1
        if one and isinstance(node.ops[0], ast.In | ast.NotIn) and not _injected(node.left):
            found = self.call(
                node, "contains", self.visit(node.left), self.visit(node.comparators[0]), self.site(node)
            )
            if isinstance(node.ops[0], ast.In):
                return found
            return self.place(ast.UnaryOp(ast.Not(), found), node)
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
        return node

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        at = node.iter
        node.iter = self.call(at, "each", self.visit(node.iter), self.site(at))
        node.ifs = [self.whole(test) for test in node.ifs]
        return node

    # ---- statements ----------------------------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> Any:
        if len(node.targets) == 1 and _injected(node.targets[0]):
            node.value = self.visit(node.value)
            return node
        unpacks = any(isinstance(target, ast.Tuple | ast.List) for target in node.targets)
        value = self.whole(node.value) if unpacks and not isinstance(node.value, ast.Tuple) else self.visit(node.value)
        if len(node.targets) == 1 and not unpacks:
            return self.store(node, node.targets[0], value)
        name = self.temporary()
        made = [self.assign(node, name, value)]
        for target in node.targets:
            made.extend(self.unpack(node, target, ast.Name(name, ast.Load())))
        return made

    def unpack(self, at: ast.AST, target: ast.expr, value: ast.expr) -> list[ast.stmt]:
        """Assign to a target that may be a pattern."""
        if not isinstance(target, ast.Tuple | ast.List):
            return [self.store(at, target, value)]
        later: list[tuple[ast.expr, str]] = []
        pattern = self.pattern(target, later)
        made = [self.place(ast.Assign([pattern], value), at)]
        for inner, name in later:
            made.append(self.store(at, inner, ast.Name(name, ast.Load())))
        return made

    def pattern(self, target: ast.expr, later: list[tuple[ast.expr, str]]) -> ast.expr:
        """A pattern that stores only into locals; what is shared is stored afterwards, from temporaries."""
        if isinstance(target, ast.Tuple | ast.List):
            target.elts = [self.pattern(element, later) for element in target.elts]
            return target
        if isinstance(target, ast.Starred):
            target.value = self.pattern(target.value, later)
            return target
        if isinstance(target, ast.Name) and not self.scope.is_shared(target.id):
            return target
        name = self.temporary()
        later.append((target, name))
        return ast.Name(name, ast.Store())

    def store(self, at: ast.AST, target: ast.expr, value: ast.expr) -> ast.stmt:
        """One assignment to a target that is no pattern; `value` is already rewritten."""
        hooked: ast.expr
        if isinstance(target, ast.Attribute):
            name = ast.Constant(self.mangle(target.attr))
            hooked = self.call(at, "store", value, self.visit(target.value), name, self.site(at))
            return self.place(ast.Expr(hooked), at)
        if isinstance(target, ast.Subscript):
            index = self.slice(self.visit(target.slice))
            hooked = self.call(at, "setitem", value, self.visit(target.value), index, self.site(at))
            return self.place(ast.Expr(hooked), at)
        assert isinstance(target, ast.Name)
        owner = self.scope.owner(target.id)
        in_class = bool(self.classes) and self.names and self.names[-1] == self.classes[-1]
        if owner is not None and target.id in owner.shared and not in_class:
            name = ast.Constant(target.id)
            value = self.call(at, "write", value, self.key(owner), name, self.site(at))
        elif isinstance(value, ast.Call) and not target.id.startswith(("@", "_sl_")):
            value = self.call(at, "named", value, ast.Constant(target.id))
        return self.place(ast.Assign([target], value), at)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return node
        value = self.visit(node.value)
        if isinstance(node.target, ast.Name):
            node.value = value
            return node
        return self.store(node, node.target, value)

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """Evaluate the target once, load, evaluate the right side (which may run anything), then store."""
        made: list[ast.stmt] = []

        def keep(value: ast.expr) -> ast.expr:
            if isinstance(value, ast.Name | ast.Constant):
                return value
            name = self.temporary()
            made.append(self.assign(node, name, self.visit(value)))
            return ast.Name(name, ast.Load())

        target = node.target
        load: ast.expr
        if isinstance(target, ast.Attribute):
            owner = keep(target.value)
            load = ast.Attribute(owner, target.attr, ast.Load())
            store: ast.expr = ast.Attribute(owner, target.attr, ast.Store())
        elif isinstance(target, ast.Subscript):
            owner = keep(target.value)
            name = self.temporary()
            made.append(self.assign(node, name, self.slice(self.visit(target.slice))))
            load = ast.Subscript(owner, ast.Name(name, ast.Load()), ast.Load())
            store = ast.Subscript(owner, ast.Name(name, ast.Load()), ast.Store())
        else:
            load, store = ast.Name(target.id, ast.Load()), target
        self.place(load, node)
        old, right = self.temporary(), self.temporary()
        made.append(self.assign(node, old, self.visit(load)))
        made.append(self.assign(node, right, self.whole(node.value)))
        changing = self.call(node, "change", ast.Name(old, ast.Load()), self.site(node))
        made.append(self.assign(node, old, changing))
        operation = ast.AugAssign(ast.Name(old, ast.Store()), node.op, ast.Name(right, ast.Load()))
        made.append(self.place(operation, node))
        made.append(self.store(node, store, ast.Name(old, ast.Load())))
        return made

    def visit_Delete(self, node: ast.Delete) -> Any:
        made: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Attribute):
                name = ast.Constant(self.mangle(target.attr))
                hooked = self.call(node, "delete", self.visit(target.value), name, self.site(node))
            elif isinstance(target, ast.Subscript):
                index = self.slice(self.visit(target.slice))
                hooked = self.call(node, "delitem", self.visit(target.value), index, self.site(node))
            else:
                made.append(self.place(ast.Delete([target]), node))
                continue
            made.append(self.place(ast.Expr(hooked), node))
        return made

    def visit_If(self, node: ast.If) -> Any:
        node.test = self.whole(node.test)
        node.body = self.body(node.body)
        node.orelse = self.body(node.orelse)
        return node

    def visit_While(self, node: ast.While) -> Any:
        turn = self.place(ast.Expr(self.call(node, "turn", self.site(node))), node)
        node.test = self.whole(node.test)
        node.body = [*self.body(node.body)]
        # At the top of the body the turn before is over, whether it ended by itself or by `continue`.
        node.body.insert(0, turn)
        node.orelse = self.body(node.orelse)
        return node

    def _for(self, node: Any) -> Any:
        if isinstance(node, ast.For):
            at = node.iter
            node.iter = self.call(at, "each", self.visit(node.iter), self.site(at))
        else:
            node.iter = self.visit(node.iter)
        first: list[ast.stmt] = [self.place(ast.Expr(self.call(node, "count", self.site(node))), node)]
        node.target = self.late(node, node.target, first)
        node.body = [*first, *self.body(node.body)]
        node.orelse = self.body(node.orelse)
        return node

    visit_For = visit_AsyncFor = _for

    def late(self, at: ast.AST, target: ast.expr, first: list[ast.stmt]) -> ast.expr:
        """A loop's or with-block's target; stores into shared state move to the start of its body."""
        later: list[tuple[ast.expr, str]] = []
        pattern = self.pattern(target, later)
        first.extend(self.store(at, inner, ast.Name(name, ast.Load())) for inner, name in later)
        self.place(pattern, at)
        return pattern

    def _with(self, node: Any) -> Any:
        first: list[ast.stmt] = []
        for item in node.items:
            at = item.context_expr
            item.context_expr = self.call(at, "manager", self.visit(item.context_expr))
            if item.optional_vars is not None:
                item.optional_vars = self.late(node, item.optional_vars, first)
        node.body = [*first, *self.body(node.body)]
        return node

    visit_With = visit_AsyncWith = _with

    def visit_Try(self, node: ast.Try) -> Any:
        node.body = self.body(node.body)
        for handler in node.handlers:
            handler.body = self.body(handler.body)
            handler.type = handler.type and self.visit(handler.type)
        node.orelse = self.body(node.orelse)
        node.finalbody = self.body(node.finalbody)
        if any(self.is_broad(handler) for handler in node.handlers):
            # A broad handler must not swallow the unwinding of a schedule that is over.
            caught = ast.ExceptHandler(ast.Name("_sl_Unwind", ast.Load()), None, [ast.Raise(None, None)])
            node.handlers.insert(0, self.place(caught, node.handlers[0]))
        return node

    @staticmethod
    def is_broad(handler: ast.ExceptHandler) -> bool:
        return handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id == "BaseException")

    def visit_Match(self, node: ast.Match) -> Any:
        node.subject = self.whole(node.subject)
        for case in node.cases:
            case.guard = case.guard and self.whole(case.guard)
            case.body = self.body(case.body)
        return node
