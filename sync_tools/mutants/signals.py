"""Operators on waiting and signalling, on joins, on publishing; and one lock round everything."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from sync_tools.mutants.change import (
    Change,
    anywhere,
    bound,
    called,
    calls_in,
    functions,
    may_leave,
    method_call,
    replaced,
    silent,
    used,
    with_other,
)
from sync_tools.mutants.places import Function, Known, Place, Section

_WAITS = ("wait", "get", "acquire")


def while_if(place: Place, known: Known) -> Iterator[Change]:
    """A thread that was woken does not look again."""
    statement = place.statement
    waiting = isinstance(statement, ast.While) and anywhere(statement, lambda node: method_call(node, *_WAITS))
    if isinstance(statement, ast.While) and waiting and not isinstance(statement.test, ast.Constant):
        asked = ast.If(test=statement.test, body=statement.body, orelse=statement.orelse)
        yield replaced(place, f"`if {ast.unparse(statement.test)}`, not `while`", asked)
    for call in calls_in(statement, "wait_for"):
        asked_once = ast.BoolOp(ast.Or(), [ast.Call(call.args[0], [], []), ast.Call(_wait(call), call.args[1:], [])])
        yield replaced(place, "one wait, and no second look", with_other(statement, {call: asked_once}))


def _wait(call: ast.Call) -> ast.expr:
    assert isinstance(call.func, ast.Attribute)
    return ast.Attribute(call.func.value, "wait", ast.Load())


def notify_one(place: Place, known: Known) -> Iterator[Change]:
    """One waiting thread is woken, not all."""
    for call in calls_in(place.statement, "notify_all"):
        assert isinstance(call.func, ast.Attribute)
        one = ast.Call(ast.Attribute(call.func.value, "notify", ast.Load()), [], [])
        yield replaced(place, f"{ast.unparse(one)}, not all", with_other(place.statement, {call: one}))


def drop_notify(place: Place, known: Known) -> Iterator[Change]:
    """Nobody is told."""
    call = called(place.statement, "notify", "notify_all", "set", "release")
    if call is None:
        return
    name, method = call
    kind = known.kind(place.owner, name)
    signals = {"notify": True, "notify_all": True, "set": kind in ("Event", ""), "release": kind.endswith("Semaphore")}
    if signals[method]:
        yield replaced(place, f"without {name}.{method}()")


def drop_join(place: Place, known: Known) -> Iterator[Change]:
    """Nobody waits for the thread."""
    call = called(place.statement, "join")
    if call is not None:
        yield replaced(place, f"without {call[0]}.join()")


_PUBLISHING = ("set", "put", "put_nowait", "notify", "notify_all")


def publish_earlier(place: Place, known: Known) -> Iterator[Change]:
    """Others get to see it before it is whole. In ``__init__`` only a thread that is started can see anything."""
    statement = place.statement
    name = place.function.rpartition(".")[2]
    if place.sections:
        return
    if name == "__init__":
        publishing = called(statement, "start") is not None
    elif name.startswith("_"):  # a part of something: whether anybody can see what it stores, its callers decide
        publishing = called(statement, *_PUBLISHING) is not None
    else:
        publishing = _publishes(statement)
    if not publishing:
        return
    first = place.index
    while first > 0 and _may_be_passed(place.block[first - 1], statement):
        first -= 1
    passed = place.block[first : place.index]
    if all(silent(each) or isinstance(each, Function) for each in passed):
        return
    what = f"`{ast.unparse(statement).partition(chr(10))[0]}` {place.index - first} statement(s) earlier"
    yield Change(place.function, statement.lineno, what, place.block, first, place.index + 1, (statement, *passed))


def _may_be_passed(before: ast.stmt, statement: ast.stmt) -> bool:
    """True where `statement` can stand before the one that it comes after: it needs nothing of it."""
    declares = isinstance(before, ast.Global | ast.Nonlocal) or _is_text(before)
    return not (declares or may_leave(before) or bound(before) & used(statement))


def _publishes(statement: ast.stmt) -> bool:
    if isinstance(statement, Section):
        return any(map(_publishes, statement.body))
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return any(isinstance(target, ast.Attribute | ast.Subscript) for target in targets)
    return called(statement, *_PUBLISHING) is not None


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def one_lock(tree: ast.Module) -> Iterator[Change]:
    """Every public function runs under one lock, the same for all."""
    inside = copy.deepcopy(tree).body
    start = 1 if _is_text(inside[0]) else 0
    while isinstance(future := inside[start], ast.ImportFrom) and future.module == "__future__":
        start += 1
    for block, index, name in list(functions(inside)):
        function = block[index]
        if isinstance(function, Function) and not any(part.startswith("_") for part in name.split(".")):
            said = 1 if _is_text(function.body[0]) else 0
            item = ast.withitem(ast.Name("_ONE_LOCK", ast.Load()), None)
            section = ast.With(items=[item], body=function.body[said:] or [ast.Pass()], type_comment=None, lineno=1)
            function.body = [*function.body[:said], section]
    lock = ast.parse("import threading as _for_one_lock\n_ONE_LOCK = _for_one_lock.RLock()").body
    yield Change("", 1, "one lock round everything", tree.body, start, len(inside), (*lock, *inside[start:]))
