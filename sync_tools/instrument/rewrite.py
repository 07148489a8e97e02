"""The syntax-tree rewriter: every load and store of shared state announces itself through a hook.

The result does what the source does; line and column numbers stay true, so tracebacks and debuggers still work. This
file has the statements, ``cases.py`` the ``match`` statements, ``expressions.py`` the rest.
"""

from __future__ import annotations

import ast
from typing import Any

from sync_tools.instrument.cases import Cases
from sync_tools.instrument.exits import is_bounded, leaves
from sync_tools.instrument.expressions import injected


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


class _Rewriter(Cases):
    # ---- statements ----------------------------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> Any:
        if len(node.targets) == 1 and injected(node.targets[0]):
            node.value = self.visit(node.value)
            return node
        unpacks = any(isinstance(target, ast.Tuple | ast.List) for target in node.targets)
        value = self.whole(node.value) if unpacks and not isinstance(node.value, ast.Tuple) else self.visit(node.value)
        if len(node.targets) == 1 and not unpacks:
            return self.store(node, node.targets[0], value)
        self.name_each(node.targets[0], value)
        if self.in_class:  # a temporary would become an attribute of the class
            node.value = value
            return node
        name = self.temporary()
        made: list[ast.stmt] = [self.assign(node, name, value)]
        for target in node.targets:
            made.extend(self.unpack(node, target, ast.Name(name, ast.Load())))
        return self.release(node, made)

    def name_each(self, target: ast.expr, value: ast.expr) -> None:
        """In ``a, b = Lock(), Lock()`` each lock takes the name of its own variable."""
        if not (isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple)):
            return
        if len(target.elts) != len(value.elts) or any(isinstance(part, ast.Starred) for part in target.elts):
            return
        for index, (name, part) in enumerate(zip(target.elts, value.elts, strict=True)):
            if isinstance(name, ast.Name) and isinstance(part, ast.Call):
                value.elts[index] = self.call(part, "named", part, ast.Constant(name.id))

    def unpack(self, at: ast.AST, target: ast.expr, value: ast.expr) -> list[ast.stmt]:
        """Assign to a target that may be a pattern."""
        if not isinstance(target, ast.Tuple | ast.List):
            return [self.store(at, target, value)]
        later: list[tuple[ast.expr, str]] = []
        pattern = self.pattern(target, later)
        made: list[ast.stmt] = [self.place(ast.Assign([pattern], value), at)]
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
        # Targets are stored from left to right, so after the first that has to wait all have to.
        if isinstance(target, ast.Name) and not self.scope.is_shared(target.id) and not later:
            return target
        name = self.temporary()
        later.append((target, name))
        return ast.Name(name, ast.Store())

    def store(self, at: ast.AST, target: ast.expr, value: ast.expr) -> ast.stmt:
        """One assignment to a target that is no pattern; `value` is already rewritten."""
        hooked: ast.expr
        if isinstance(target, ast.Attribute):
            name = ast.Constant(self.mangle(target.attr))
            place = self.name_place(target)
            hooked = self.call(place, "store", value, self.visit(target.value), name, self.site(at))
            return self.place(ast.Expr(hooked), at)
        if isinstance(target, ast.Subscript):
            index = self.slice(self.visit(target.slice))
            hooked = self.call(target, "setitem", value, self.visit(target.value), index, self.site(at))
            return self.place(ast.Expr(hooked), at)
        assert isinstance(target, ast.Name)
        return self.place(ast.Assign([target], self.into(at, target, value)), at)

    def into(self, at: ast.AST, target: ast.Name, value: ast.expr) -> ast.expr:
        """The value that is bound to a variable, announced if the variable is shared."""
        owner = self.scope.owner(target.id)
        if owner is not None and target.id in owner.shared and not self.in_class:
            name = ast.Constant(target.id)
            return self.call(at, "write", value, self.key(owner), name, self.site(at))
        if isinstance(value, ast.Call) and not target.id.startswith(("@", "_sl_")):
            return self.call(at, "named", value, ast.Constant(target.id))
        return value

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return node
        value = self.visit(node.value)
        if isinstance(node.target, ast.Name):
            node.value = self.into(node, node.target, value)
            return node
        return self.store(node, node.target, value)

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """Evaluate the target once, load, evaluate the right side (which may run anything), then store."""
        if self.in_class or self.is_plain_count(node):  # a temporary would become an attribute of the class
            node.value = self.visit(node.value)
            return node
        made: list[ast.stmt] = []
        rebinds = any(isinstance(part, ast.NamedExpr) for part in ast.walk(node))

        def keep(value: ast.expr) -> ast.expr:
            if isinstance(value, ast.Name) and self.is_local(value.id) and not rebinds:
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
        ast.copy_location(load, target)
        ast.copy_location(store, target)
        old, right = self.temporary(), self.temporary()
        made.append(self.assign(node, old, self.visit(load)))
        made.append(self.assign(node, right, self.visit(node.value)))
        operands = ast.Name(old, ast.Load()), ast.Name(right, ast.Load())
        changing = self.call(node, "change", *operands, self.site(node))
        made.append(self.assign(node, old, changing))
        operation = ast.AugAssign(ast.Name(old, ast.Store()), node.op, ast.Name(right, ast.Load()))
        made.append(self.place(operation, node))
        made.append(self.store(node, store, ast.Name(old, ast.Load())))
        return self.release(node, made)

    def is_local(self, name: str) -> bool:
        """True when nothing but this function's own statements can bind `name`."""
        return self.scope.parent is not None and name in self.scope.bound and not self.scope.is_shared(name)

    def is_plain_count(self, node: ast.AugAssign) -> bool:
        """True for ``i += 1`` on a local: there is nothing to see, and loops are full of it."""
        by = node.value.value if isinstance(node.value, ast.Constant) else None
        number = isinstance(by, int | float) and not isinstance(node.op, ast.Mult)
        return number and isinstance(node.target, ast.Name) and self.is_local(node.target.id)

    def visit_Delete(self, node: ast.Delete) -> Any:
        return [statement for target in node.targets for statement in self.deletion(node, target)]

    def deletion(self, at: ast.AST, target: ast.expr) -> list[ast.stmt]:
        if isinstance(target, ast.Tuple | ast.List):
            return [statement for part in target.elts for statement in self.deletion(at, part)]
        made: list[ast.stmt] = []
        if isinstance(target, ast.Attribute):
            name = ast.Constant(self.mangle(target.attr))
            hooked = self.call(at, "delete", self.visit(target.value), name, self.site(at))
        elif isinstance(target, ast.Subscript):
            index = self.slice(self.visit(target.slice))
            hooked = self.call(at, "delitem", self.visit(target.value), index, self.site(at))
        else:
            assert isinstance(target, ast.Name)
            made.append(self.place(ast.Delete([target]), at))
            owner = self.scope.owner(target.id)
            if owner is None or target.id not in owner.shared or self.in_class:
                return made
            hooked = self.call(at, "unbind", self.key(owner), ast.Constant(target.id), self.site(at))
        return [self.place(ast.Expr(hooked), at), *made]

    def visit_Assert(self, node: ast.Assert) -> Any:
        node.test = self.whole(node.test)
        node.msg = node.msg and self.visit(node.msg)
        return node

    def visit_If(self, node: ast.If) -> Any:
        ends = self.loops and (leaves(node.body) or leaves(node.orelse))
        node.test = self.exit_test(node.test) if ends else self.whole(node.test)
        outer = self.formatting
        self.formatting = outer or self.is_failure(node)
        node.body = self.body(node.body)
        self.formatting = outer
        node.orelse = self.body(node.orelse)
        return node

    @staticmethod
    def is_failure(node: ast.If) -> bool:
        """True for the branch in which pytest describes an assert that failed: nothing in it is the user's."""
        last = node.body[-1]
        return isinstance(last, ast.Raise) and any(
            isinstance(part, ast.Name) and part.id == "@pytest_ar" for part in ast.walk(last)
        )

    def visit_While(self, node: ast.While) -> Any:
        turn = self.place(ast.Expr(self.call(node, "turn", self.loop(node, False))), node)
        node.test = self.exit_test(node.test)
        node.body = [*self.body(node.body)]
        self.loops.pop()
        # At the top of the body the turn before is over, whether it ended by itself or by `continue`.
        node.body.insert(0, turn)
        node.orelse = self.body(node.orelse)
        return node

    def _for(self, node: Any) -> Any:
        bounded = isinstance(node, ast.For) and is_bounded(node.iter)
        if isinstance(node, ast.For):
            node.iter = self.each(node.iter)
        else:
            node.iter = self.visit(node.iter)
        first: list[ast.stmt] = [self.place(ast.Expr(self.call(node, "count", self.loop(node, bounded))), node)]
        node.target = self.late(node, node.target, first)
        node.body = [*first, *self.body(node.body)]
        self.loops.pop()
        node.orelse = self.body(node.orelse)
        return node

    visit_For = visit_AsyncFor = _for

    def late(self, at: ast.AST, target: ast.expr, first: list[ast.stmt]) -> ast.expr:
        """A loop's or with-block's target; stores into shared state move to the start of its body."""
        if self.in_class:
            return target
        later: list[tuple[ast.expr, str]] = []
        pattern = self.pattern(target, later)
        first.extend(self.store(at, inner, ast.Name(name, ast.Load())) for inner, name in later)
        self.release(at, first)
        self.place(pattern, at)
        return pattern

    def _with(self, node: Any) -> Any:
        first: list[ast.stmt] = []
        for index, item in enumerate(node.items):
            at = item.context_expr
            item.context_expr = self.call(at, "manager", self.visit(item.context_expr))
            if item.optional_vars is not None:
                item.optional_vars = self.late(node, item.optional_vars, first)
            if first and index + 1 < len(node.items):  # the next item may use what this one stores
                rest = self.place(type(node)(node.items[index + 1 :], node.body), node)
                node.items = node.items[: index + 1]
                node.body = [*first, self._with(rest)]
                return node
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
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        return any(kind is None or (isinstance(kind, ast.Name) and kind.id == "BaseException") for kind in kinds)
