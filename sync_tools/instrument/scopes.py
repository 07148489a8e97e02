"""Which names of a module can be seen by more than one thread.

Plain locals cost nothing. A *captured* variable is shared when it is written again after its first binding; a module's
variable is shared when a statement assigns it (functions, classes and imports are bound once and stay).
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Scope:
    """One function, or the module.

    Attributes:
        bound: how often each name is bound here; a binding that may happen again counts twice.
        used: names that are read here.
        declared_global: names under a ``global`` statement.
        declared_nonlocal: names under a ``nonlocal`` statement.
        shared: names of this scope that other threads may see change.
    """

    def __init__(self, node: ast.AST, parent: Scope | None) -> None:
        self.node = node
        self.parent = parent
        self.line = getattr(node, "lineno", 0)
        self.bound: Counter[str] = Counter()
        self.assigned: set[str] = set()
        self.used: set[str] = set()
        self.declared_global: set[str] = set()
        self.declared_nonlocal: set[str] = set()
        self.children: list[Scope] = []
        self.shared: set[str] = set()

    def owner(self, name: str) -> Scope | None:
        """The scope whose variable `name` is here; None for a builtin."""
        scope: Scope | None = self
        if name in self.declared_global:
            return self.module()
        while scope is not None:
            if name in scope.bound and name not in scope.declared_nonlocal:
                return scope
            scope = scope.parent
        return None

    def module(self) -> Scope:
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def is_shared(self, name: str) -> bool:
        """True when loads and stores of `name` here must be announced."""
        owner = self.owner(name)
        return owner is not None and name in owner.shared

    def walk(self) -> Iterator[Scope]:
        """This scope and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


class _Collector(ast.NodeVisitor):
    def __init__(self, module: ast.Module) -> None:
        self.scopes: dict[ast.AST, Scope] = {}
        self.scope = self.scopes[module] = Scope(module, None)
        self.loops = 0
        self.in_class = False
        for statement in module.body:
            self.visit(statement)

    def bind(self, name: str, again: bool = False) -> None:
        if not self.in_class:  # a name in a class body is an attribute of the class
            self.scope.bound[name] += 2 if again or self.loops else 1

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.scope.used.add(node.id)
        else:
            self.assign(node.id)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.bind(node.target.id, again=True)
            self.scope.assigned.add(node.target.id)
            self.scope.used.add(node.target.id)
        else:
            self.visit(node.target)
        self.visit(node.value)

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.declared_global.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.declared_nonlocal.update(node.names)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.bind(node.name)
        self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> None:
        self.bind((node.asname or node.name).split(".")[0])

    def assign(self, name: str) -> None:
        self.bind(name)
        if not self.in_class:
            self.scope.assigned.add(name)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self.assign(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.assign(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.assign(node.rest)
        self.generic_visit(node)

    def _loop(self, node: ast.AST) -> None:
        self.loops += 1
        self.generic_visit(node)
        self.loops -= 1

    visit_For = visit_AsyncFor = visit_While = _loop

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.bind(node.name)
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        was, self.in_class = self.in_class, True
        for statement in node.body:
            self.visit(statement)
        self.in_class = was

    def _function(self, node: FunctionNode) -> None:
        if not isinstance(node, ast.Lambda):
            self.bind(node.name)
            for decorator in node.decorator_list:
                self.visit(decorator)
        arguments = node.args
        for default in (*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)):
            self.visit(default)
        outer = (self.scope, self.loops, self.in_class)
        self.scope = Scope(node, outer[0])
        self.scopes[node] = self.scope
        outer[0].children.append(self.scope)
        self.loops, self.in_class = 0, False
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
        for argument in every:
            self.bind(argument.arg)
        for part in [node.body] if isinstance(node, ast.Lambda) else node.body:
            self.visit(part)
        self.scope, self.loops, self.in_class = outer

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _function

    def _comprehension(self, node: Comprehension) -> None:
        # Its variables are its own; a walrus inside binds here all the same.
        scope = self.scope
        own = loop_names(node)
        bound, assigned, used = scope.bound.copy(), set(scope.assigned), set(scope.used)
        self._loop(node)
        for name in own:
            del scope.bound[name]
            if name in bound:
                scope.bound[name] = bound[name]
        scope.assigned = (scope.assigned - own) | (assigned & own)
        scope.used = (scope.used - own) | (used & own)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


def loop_names(node: Comprehension) -> set[str]:
    """The variables of a comprehension's own."""
    targets = [part for clause in node.generators for part in ast.walk(clause.target)]
    return {part.id for part in targets if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def scopes_of(module: ast.Module) -> dict[ast.AST, Scope]:
    """The scope of each function node in a module, and of the module itself, with their shared names."""
    scopes = _Collector(module).scopes
    top = scopes[module]
    top.shared = set(top.assigned)
    for scope in top.walk():
        for name in scope.declared_global:
            if scope.bound[name]:
                top.bound[name] += 1
                top.shared.add(name)
    for scope in list(top.walk())[1:]:
        for name in scope.used | scope.declared_nonlocal:
            owner = scope.owner(name)
            if owner is None or owner is scope or owner is top:
                continue
            written_here = name in scope.declared_nonlocal and scope.bound[name] > 0
            if written_here or owner.bound[name] > 1:
                owner.shared.add(name)
    return scopes
