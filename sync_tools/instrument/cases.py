"""The rewriter's ``match`` statements.

A pattern that looks into its subject does so inside of the interpreter. Its ``case`` becomes one that takes anything,
with a guard that asks a :class:`~sync_tools.instrument.matching.Matching` for each look, in the same order, and binds
the names at the end. All other cases stay as they are.
"""

from __future__ import annotations

import ast
from typing import Any

from sync_tools.instrument.expressions import Expressions

Pattern = ast.pattern


class Cases(Expressions):
    """Rewrites ``match`` statements."""

    matches = 0  # how many match statements are around

    def visit_Match(self, node: ast.Match) -> Any:
        """Have each case that looks into the subject ask for each look."""
        node.subject = self.whole(node.subject)
        self.matches += 1
        subject, matching = f"_sl_s{self.matches}", f"_sl_m{self.matches}"
        asked = False
        for case in node.cases:
            guard = case.guard and self.whole(case.guard)
            if not self.in_class and self.looks_inside(case.pattern):  # in a class the names would become attributes
                asked = True
                parts = [*_Guard(self, case.pattern, subject, matching).parts(), *([guard] if guard else [])]
                guard = self.place(ast.BoolOp(ast.And(), parts), case.pattern)
                case.pattern = self.place(ast.MatchAs(None, subject), case.pattern)
            case.guard = guard
            case.body = self.body(case.body)
        self.matches -= 1
        if not asked:
            return node
        for case in node.cases:  # values must not live longer than the source says
            case.body.insert(0, self.forget(case.body[0], subject, matching))
        return [node, self.forget(node, subject, matching)]

    def forget(self, at: ast.AST, *names: str) -> ast.stmt:
        """A statement that lets go of temporaries, which may not have been bound at all."""
        targets: list[ast.expr] = [ast.Name(name, ast.Store()) for name in names]
        return self.place(ast.Assign(targets, ast.Constant(None)), at)

    def looks_inside(self, pattern: Pattern) -> bool:
        """True when the pattern looks at a part of its subject, or binds a name that other threads see."""
        for part in ast.walk(pattern):
            if isinstance(part, ast.MatchSequence | ast.MatchMapping):
                return True
            if isinstance(part, ast.MatchClass) and (part.patterns or part.kwd_patterns):
                return True
            if isinstance(part, ast.MatchAs) and part.name and self.scope.is_shared(part.name):
                return True
        return False


class _Guard:
    """The conditions of one ``case``, from left to right."""

    def __init__(self, rewriter: Cases, pattern: Pattern, subject: str, matching: str) -> None:
        self.rewriter = rewriter
        self.pattern = pattern
        self.subject = subject
        self.matching = matching
        self.used = 1  # places in Matching.parts; 0 is the subject
        self.names: list[str] = []

    def parts(self) -> list[ast.expr]:
        rewriter, at = self.rewriter, self.pattern
        made = rewriter.call(at, "match", ast.Name(self.subject, ast.Load()), rewriter.site(at))
        begin = rewriter.place(ast.NamedExpr(ast.Name(self.matching, ast.Store()), made), at)
        conditions: list[ast.expr] = [self.anything_but_false(begin), *self.of(self.pattern, 0)]
        for name in dict.fromkeys(self.names):
            value = self.ask("bound", ast.Constant(name))
            bind = rewriter.place(ast.NamedExpr(ast.Name(name, ast.Store()), value), at)
            conditions.append(self.anything_but_false(rewriter.visit(bind)))
        return conditions

    def anything_but_false(self, value: ast.expr) -> ast.expr:
        """Evaluate `value` for what it does; the condition is true."""
        pair = ast.Tuple([value], ast.Load())
        return self.rewriter.place(pair, self.pattern)

    def ask(self, method: str, *args: ast.expr) -> ast.expr:
        function = ast.Attribute(ast.Name(self.matching, ast.Load()), method, ast.Load())
        return self.rewriter.place(ast.Call(function, list(args), []), self.pattern)

    def places(self, count: int) -> int:
        self.used += count
        return self.used - count

    def of(self, pattern: Pattern, at: int) -> list[ast.expr]:
        """The conditions under which part number `at` matches."""
        here = ast.Constant(at)
        if isinstance(pattern, ast.MatchValue):
            return [self.ask("value", here, self.rewriter.visit(pattern.value))]
        if isinstance(pattern, ast.MatchSingleton):
            return [self.ask("same", here, ast.Constant(pattern.value))]
        if isinstance(pattern, ast.MatchAs):
            inner = self.of(pattern.pattern, at) if pattern.pattern else []
            if pattern.name is None:
                return inner
            self.names.append(pattern.name)
            return [*inner, self.ask("capture", here, ast.Constant(pattern.name))]
        if isinstance(pattern, ast.MatchOr):
            ways = [self.all(self.of(way, at)) for way in pattern.patterns]
            return [self.rewriter.place(ast.BoolOp(ast.Or(), ways), self.pattern)]
        if isinstance(pattern, ast.MatchSequence):
            return self.sequence(pattern, here)
        if isinstance(pattern, ast.MatchMapping):
            return self.mapping(pattern, here)
        assert isinstance(pattern, ast.MatchClass)
        kind = self.rewriter.visit(pattern.cls)
        inside = [*pattern.patterns, *pattern.kwd_patterns]
        first = self.places(len(inside))
        named = ast.Tuple([ast.Constant(self.rewriter.mangle(name)) for name in pattern.kwd_attrs], ast.Load())
        count = ast.Constant(len(pattern.patterns))
        return [self.ask("instance", here, kind, count, named, ast.Constant(first)), *self.each(inside, first)]

    def all(self, conditions: list[ast.expr]) -> ast.expr:
        if not conditions:
            return ast.Constant(True)
        return self.rewriter.place(ast.BoolOp(ast.And(), conditions), self.pattern) if conditions[1:] else conditions[0]

    def each(self, patterns: list[Pattern], first: int) -> list[ast.expr]:
        return [condition for at, pattern in enumerate(patterns, first) for condition in self.of(pattern, at)]

    def sequence(self, pattern: ast.MatchSequence, here: ast.Constant) -> list[ast.expr]:
        inside = pattern.patterns
        stars = [at for at, part in enumerate(inside) if isinstance(part, ast.MatchStar)]
        least = ast.Constant(len(inside) - len(stars))
        conditions = [self.ask("sequence", here, least, ast.Constant(bool(stars)))]
        star = inside[stars[0]] if stars else None
        name = star.name if isinstance(star, ast.MatchStar) else None
        if name is None and all(_is_wildcard(part) for part in inside if part is not star):
            return conditions
        if star is not None and name is None:  # only the items that are asked for are taken out
            for at, part in enumerate(inside):
                if part is not star and not _is_wildcard(part):
                    to = self.places(1)
                    index = at if at < stars[0] else at - len(inside)
                    conditions.append(self.ask("item", here, ast.Constant(index), ast.Constant(to)))
                    conditions += self.of(part, to)
            return conditions
        before = stars[0] if stars else len(inside)
        after = len(inside) - before - len(stars)
        first = self.places(len(inside))
        shape = [ast.Constant(part) for part in (before, bool(stars), after, first)]
        conditions.append(self.ask("unpack", here, *shape))
        for at, part in enumerate(inside, first):
            if isinstance(part, ast.MatchStar):
                assert part.name is not None
                self.names.append(part.name)
                conditions.append(self.ask("capture", ast.Constant(at), ast.Constant(part.name)))
            else:
                conditions += self.of(part, at)
        return conditions

    def mapping(self, pattern: ast.MatchMapping, here: ast.Constant) -> list[ast.expr]:
        conditions = [self.ask("mapping", here, ast.Constant(len(pattern.keys)))]
        first = self.places(len(pattern.keys))
        keys: ast.expr = ast.Tuple([self.rewriter.visit(key) for key in pattern.keys], ast.Load())
        if pattern.keys:
            conditions.append(self.ask("keys", here, keys, ast.Constant(first)))
        if pattern.rest is not None:
            self.names.append(pattern.rest)
            conditions.append(self.ask("rest", here, ast.Constant(pattern.rest)))
        return [*conditions, *self.each(pattern.patterns, first)]


def _is_wildcard(pattern: Pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None and pattern.name is None
