"""Operators on critical sections: left out, with a lock that excludes nobody, too short, in the wrong order."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence

from sync_tools.mutants.change import Change, called, leaves, method_call, parsed, replaced, silent, with_other
from sync_tools.mutants.places import (
    LOCKS,
    Function,
    Known,
    Place,
    Section,
    constructor,
    expressions_of,
    is_lock,
    is_section,
)


def drop_with(place: Place, known: Known) -> Iterator[Change]:
    """The statements run without the lock."""
    statement = place.statement
    if isinstance(statement, Section) and is_section(statement):
        for item in filter(is_lock, statement.items):
            what = f"without `with {ast.unparse(item)}`"
            rest = [other for other in statement.items if other is not item]
            kept = with_items(statement, rest) if rest else None
            yield replaced(place, what, *([kept] if kept else statement.body))
    elif isinstance(statement, ast.Expr) and constructor(statement.value) == "enter_context":
        yield replaced(place, f"without `{ast.unparse(statement)}`")


def with_items(section: Section, items: list[ast.withitem]) -> Section:
    """The same section over other locks."""
    return type(section)(items=items, body=section.body, type_comment=None, lineno=section.lineno)


def fresh_lock(place: Place, known: Known) -> Iterator[Change]:
    """Each call makes a lock of its own."""
    statement = place.statement
    if not (isinstance(statement, Section) and is_section(statement)):
        return
    for item in filter(is_lock, statement.items):
        name = ast.unparse(item.context_expr)
        kind = known.kind(place.owner, name) or "Lock"
        if constructor(item.context_expr) in LOCKS:
            continue  # it is a fresh one already
        fresh = ast.withitem(context_expr=parsed(f"__import__('threading').{kind}()"), optional_vars=None)
        items = [fresh if other is item else other for other in statement.items]
        yield replaced(place, f"a new {kind} in each call, not {name}", with_items(statement, items))


def swap_locks(place: Place, known: Known) -> Iterator[Change]:
    """Another lock of the same object; for conditions over one lock, another condition."""
    statement = place.statement
    if isinstance(statement, Section) and is_section(statement):
        for item in filter(is_lock, statement.items):
            name = ast.unparse(item.context_expr)
            for other in known.others(place.owner, name, sharing=False)[:1]:
                items = [
                    ast.withitem(parsed(other), None) if candidate is item else candidate
                    for candidate in statement.items
                ]
                yield replaced(place, f"{other} in place of {name}", with_items(statement, items))
    for node in expressions_of(statement):
        call = method_call(node, "wait", "wait_for", "notify", "notify_all")
        if call and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            for other in known.others(place.owner, call[0], sharing=True)[:1]:
                swaps: dict[ast.AST, ast.AST] = {node.func.value: parsed(other)}
                yield replaced(place, f"{other}.{call[1]} in place of {call[0]}", with_other(statement, swaps))


def swap_acquisitions(place: Place, known: Known) -> Iterator[Change]:
    """Two locks in the other order, or in the order in which they come."""
    statement = place.statement
    if isinstance(statement, Section) and is_section(statement):
        for first in range(len(statement.items) - 1):
            items = list(statement.items)
            items[first], items[first + 1] = items[first + 1], items[first]
            yield replaced(place, f"{ast.unparse(items[first])} first", with_items(statement, items))
        inner = statement.body[0]
        if len(statement.body) == 1 and isinstance(inner, Section) and is_section(inner):
            inside = with_items(statement, statement.items)
            inside.body = inner.body
            swapped = with_items(inner, inner.items)
            swapped.body = [inside]
            yield replaced(place, f"{ast.unparse(inner.items[0])} first", swapped)
    taken = called(statement, "acquire")
    if taken and place.index + 1 < len(place.block):
        following = place.block[place.index + 1]
        other = called(following, "acquire")
        if other and other != taken:
            stretch = (place.block, place.index, place.index + 2)
            yield Change(place.function, statement.lineno, f"{other[0]} first", *stretch, (following, statement))
    yield from _unsorted(place)


def _unsorted(place: Place) -> Iterator[Change]:
    statement = place.statement
    if place.sections:
        return  # what is sorted with the lock in hand are no locks to be taken
    for node in expressions_of(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sorted":
            if isinstance(node.args[0], ast.Set | ast.SetComp) or constructor(node.args[0]) in ("set", "frozenset"):
                continue  # in no order to begin with: the mutant would be another one in every process
            plain = ast.Call(ast.Name("list", ast.Load()), [node.args[0]], [])
            yield replaced(place, "not sorted", with_other(statement, {node: plain}))
        elif isinstance(node, ast.IfExp) and _permuted(node.body, node.orelse):
            yield replaced(place, "not sorted", with_other(statement, {node: node.body}))
    if isinstance(statement, ast.If) and not statement.orelse and len(statement.body) == 1:
        only = statement.body[0]
        if isinstance(only, ast.Assign) and _permuted(only.targets[0], only.value):
            yield replaced(place, "not sorted")


def _permuted(one: ast.expr, other: ast.expr) -> bool:
    """True for ``(a, b)`` and ``(b, a)``."""
    if not (isinstance(one, ast.Tuple) and isinstance(other, ast.Tuple)):
        return False
    first, second = list(map(ast.unparse, one.elts)), list(map(ast.unparse, other.elts))
    return first != second and sorted(first) == sorted(second)


def split(place: Place, known: Known) -> Iterator[Change]:
    """The lock is let go of, and taken again, between two steps."""
    if not place.sections:
        return
    lock = next(item.context_expr for item in reversed(place.sections[-1].items) if is_lock(item))
    between = [ast.Expr(parsed(f"{ast.unparse(lock)}.release()")), ast.Expr(parsed(f"{ast.unparse(lock)}.acquire()"))]
    statement, before = place.statement, place.block[: place.index]
    top = place.block is place.sections[-1].body
    if before and not leaves(before[-1]) and not (top and all(map(silent, before))) and not _over(place, top):
        text = ast.unparse(statement).partition("\n")[0]
        yield replaced(place, f"two critical sections, the second from `{text}` on", *between, statement)
    for read, rest in _halves(statement):
        text = ast.unparse(statement).partition("\n")[0]
        yield replaced(place, f"two critical sections, parted inside of `{text}`", read, *between, rest)


def _over(place: Place, top: bool) -> bool:
    """True when nothing that another thread could see comes in the section any more."""
    rest = place.block[place.index :]
    return all(map(silent, rest)) and (top or leaves(rest[-1]))


def _halves(statement: ast.stmt) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """What a statement looks at, kept in a local name, and the same statement with that name in its place."""
    seen = ast.Name("seen_before", ast.Load())
    kept: list[ast.expr] = [ast.Name("seen_before", ast.Store())]
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Attribute | ast.Subscript):
        target = copy.deepcopy(statement.target)
        read = copy.deepcopy(target)
        read.ctx = ast.Load()
        value = ast.BinOp(seen, statement.op, statement.value)
        yield _assign(kept, read), _assign([target], value)
    elif isinstance(statement, ast.If) and not silent(ast.Expr(statement.test)):
        yield _assign(kept, statement.test), with_other(statement, {statement.test: seen})
    elif (
        isinstance(statement, ast.Assign)
        and any(isinstance(node, ast.Attribute | ast.Subscript) for node in ast.walk(statement.targets[0]))
        and not silent(ast.Expr(statement.value))
    ):
        yield _assign(kept, statement.value), _assign(statement.targets, seen)


def _assign(targets: Sequence[ast.expr], value: ast.expr) -> ast.Assign:
    return ast.Assign(targets=list(targets), value=value, lineno=1)


def move_out(place: Place, known: Known) -> Iterator[Change]:
    """The first statement comes before the lock is taken, or the last one after it was given back."""
    statement = place.statement
    if not (isinstance(statement, Section) and is_section(statement)) or len(statement.body) < 2:
        return
    # With nothing left in the section that another thread could see, it would be the same as no lock at all.
    (first, *rest), (*before, last) = statement.body, statement.body
    if not silent(first) and not isinstance(first, ast.While | Function) and not all(map(silent, rest)):
        shorter = with_items(statement, statement.items)
        shorter.body = rest
        yield replaced(place, f"`{ast.unparse(first).partition(chr(10))[0]}` before the lock", first, shorter)
    if not silent(last) and not all(map(silent, before)):
        shorter = with_items(statement, statement.items)
        shorter.body = before
        yield replaced(place, f"`{ast.unparse(last).partition(chr(10))[0]}` after the lock", shorter, last)


def drop_acquire(block: list[ast.stmt], index: int, function: str, known: Known) -> Iterator[Change]:
    """A function does without a lock that it takes by hand."""
    statement = block[index]
    names: dict[str, int] = {}
    for node in ast.walk(statement):
        call = method_call(node, "acquire")
        if call:
            names.setdefault(call[0], node.lineno)  # type: ignore[attr-defined]
    for name, line in names.items():
        swaps: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(statement):
            call = method_call(node, "acquire", "release")
            if call and call[0] == name:
                swaps[node] = ast.Constant(True if call[1] == "acquire" else None)
        what = f"without {name}.acquire()"
        yield Change(function, line, what, block, index, index + 1, (with_other(statement, swaps),))
