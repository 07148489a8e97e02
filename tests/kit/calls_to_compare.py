"""Calls with good and bad arguments, to be made on threading's primitives and on the instrumented ones alike."""

from __future__ import annotations

import itertools
import re
import threading
import warnings
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

KINDS = ["Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier"]
NAN, INFINITY, HUGE = float("nan"), float("inf"), 10**30
MISSING = object()

# None of them makes a call wait for long.
TIMES = [MISSING, -1, 0, 0.0005, False, -2, -0.5, NAN, INFINITY, -INFINITY, 1e10, HUGE, None, "soon"]
TIMES += [Fraction(1, 2000), object]
FLAGS = [MISSING, True, False, 0, 1, None, "x", "", 2.5, HUGE, []]
NUMBERS = [MISSING, 0, 1, 2, -1, -3, None, "x", 1.5, NAN, True, []]


class Call(NamedTuple):
    """A method of a new object, and what it is given.

    Attributes:
        kind: the object's class.
        made_with: its constructor's arguments.
        held: it is acquired first.
        method: "" for the constructor itself.
        args, kwargs: what it is given.
    """

    kind: str
    made_with: tuple[Any, ...]
    held: bool
    method: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def make(self, module: Any) -> Any:
        """The object, and the method to call."""
        if not self.method:
            return None, getattr(module, self.kind)
        thing = getattr(module, self.kind)(*self.made_with)
        if self.held:
            thing.acquire()
        return thing, getattr(thing, self.method)

    def given(self, *names: str) -> list[Any]:
        """The arguments, by position and by these names."""
        return [*self.args, *(self.kwargs[name] for name in names if name in self.kwargs)]

    def __str__(self) -> str:
        return f"{self.kind}{self.made_with}.{self.method}(*{self.args}, **{self.kwargs}){' held' if self.held else ''}"


class Outcome(NamedTuple):
    """What came of a call.

    Attributes:
        result: what it returned, or the type of the error.
        message: the error's, where it must be the same.
        warnings: categories and messages.
        state: how the object stands afterwards.
    """

    result: str
    message: str
    warnings: tuple[tuple[str, str], ...]
    state: str


Arguments = Iterator[tuple[tuple[Any, ...], dict[str, Any]]]


def no_arguments() -> Arguments:
    yield (), {}
    yield (1,), {}
    yield (), {"x": 1}


def one_argument(name: str, values: list[Any], *first: Any) -> Arguments:
    """The argument by position, by name, missing; one too many, and an unknown one."""
    for value in values:
        if value is not MISSING:
            yield (*first, value), {}
            yield first, {name: value}
    yield (*first, 0, 1), {}
    yield first, {f"not_{name}": 1}


def two_arguments() -> Arguments:
    """Those of ``acquire``."""
    for blocking, timeout in itertools.product(FLAGS, TIMES):
        named = {"blocking": blocking, "timeout": timeout}
        yield (), {name: value for name, value in named.items() if value is not MISSING}
        if blocking is not MISSING:
            yield (blocking,) if timeout is MISSING else (blocking, timeout), {}
    yield (1, 2, 3), {}
    yield (), {"block": 1}
    yield (True,), {"blocking": True}
    yield (True, 0), {"timeout": 0}


def _constructors() -> Iterator[Call]:
    def calls(kind: str, arguments: Arguments) -> Iterator[Call]:
        for args, kwargs in arguments:
            yield Call(kind, (), False, "", args, kwargs)

    for kind in ("Lock", "RLock", "Event"):
        yield from calls(kind, no_arguments())
    yield from calls("Condition", one_argument("lock", [None, 3, object()]))
    for kind in ("Semaphore", "BoundedSemaphore"):
        yield from calls(kind, one_argument("value", NUMBERS))
    yield from calls("Barrier", one_argument("parties", NUMBERS))
    more = [(), (2, 3), (2, None, "x"), (2, None, -1), (2, None, None, 4)]
    yield from calls("Barrier", ((args, {}) for args in more))
    yield from calls("Barrier", iter([((), {"parties": 2, "action": None, "timeout": None}), ((2,), {"x": 1})]))


def _methods() -> Iterator[Call]:
    def calls(kind: str, made_with: tuple[Any, ...], held: bool, method: str, arguments: Arguments) -> Iterator[Call]:
        for args, kwargs in arguments:
            yield Call(kind, made_with, held, method, args, kwargs)

    for held in (False, True):
        for kind in ("Lock", "RLock"):
            yield from calls(kind, (), held, "acquire", two_arguments())
            for method in ("release", "locked", "acquire_lock", "release_lock", "locked_lock"):
                yield from calls(kind, (), held, method, no_arguments())
        yield from calls("Condition", (), held, "acquire", two_arguments())
        yield from calls("Condition", (), held, "wait", one_argument("timeout", TIMES))
        for predicate in (lambda: 0, lambda: 7, lambda unknown: 7, 3):
            yield from calls("Condition", (), held, "wait_for", one_argument("timeout", TIMES, predicate))
        yield from calls("Condition", (), held, "wait_for", iter([((), {}), ((), {"predicate": lambda: 7})]))
        yield from calls("Condition", (), held, "notify", one_argument("n", NUMBERS))
        for method in ("notify_all", "notifyAll", "release", "locked"):
            yield from calls("Condition", (), held, method, no_arguments())
    for kind, value in itertools.product(("Semaphore", "BoundedSemaphore"), (0, 1, 2)):
        yield from calls(kind, (value,), False, "acquire", two_arguments())
        yield from calls(kind, (value,), False, "release", one_argument("n", NUMBERS))
        if value:
            yield from calls(kind, (value,), True, "release", one_argument("n", NUMBERS))
    yield from calls("Event", (), False, "wait", one_argument("timeout", TIMES))
    for method in ("set", "clear", "is_set", "isSet"):
        yield from calls("Event", (), False, method, no_arguments())
    for parties in (1, 2):
        yield from calls("Barrier", (parties,), False, "wait", one_argument("timeout", TIMES))
        for method in ("abort", "reset"):
            yield from calls("Barrier", (parties,), False, method, no_arguments())


def _would_not_end(call: Call) -> bool:
    """True for a call that waits for ever, or spins for ever, in threading itself."""
    if call.method == "acquire" and call.kind != "Condition":
        blocking, timeout = (*call.args, MISSING, MISSING)[:2]
        blocking = call.kwargs.get("blocking", blocking)
        timeout = call.kwargs.get("timeout", timeout)
        taken = (call.kind == "Lock" and call.held) or call.made_with == (0,)
        endless = timeout is MISSING or timeout is None or (timeout == -1 and call.kind == "Lock")
        return taken and bool(blocking) and (endless or timeout is NAN)
    if call.method in ("acquire_lock", "__enter__"):
        return call.kind == "Lock" and call.held
    if call.method in ("wait", "wait_for"):
        timeout = next(iter([*call.args[call.method == "wait_for" :], *call.kwargs.values()]), None)
        if call.kind == "Barrier":
            return call.made_with == (2,) and (timeout is None or timeout is NAN)
        if call.method == "wait_for":
            return timeout is NAN or (timeout is None and call.held)
        return timeout is None
    return False


CALLS = [*_constructors(), *(call for call in _methods() if not _would_not_end(call))]


def state_of(thing: Any, kind: str) -> str:
    """How an object stands."""
    if kind in ("Lock", "RLock"):
        free = thing.acquire(False)
        if free:
            thing.release()
        return f"{free} {kind == 'RLock' and thing._is_owned()}"
    if kind == "Condition":
        try:
            thing.notify()
        except RuntimeError:
            return "not held"
        return "held"
    if kind == "Event":
        return str(thing.is_set())
    if kind == "Barrier":
        return f"{thing.broken} {thing.n_waiting} {thing.parties!r}"
    return repr(thing._value)


def outcome(call: Call, module: Any, python: bool) -> Outcome:
    """Make the call.

    Args:
        module: ``threading``, or the instrumented primitives.
        python: the method of threading's is written in Python, so that the words of its TypeErrors are its own.
    """
    message, state = "", "none"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            thing, method = call.make(module)
        except AttributeError:  # this Python has no such method
            return Outcome("AttributeError", "", (), "none")
        try:
            result = shown(method(*call.args, **call.kwargs))
        except Exception as error:
            result = type(error).__name__
            if not isinstance(error, TypeError | AttributeError) or python:
                # In a subclass the same method may be called by the name of its base.
                message = re.sub(r"^\w+\.(?=\w+\(\))", "", str(error))
        if thing is not None:
            state = state_of(thing, call.kind)
    return Outcome(result, message, tuple((item.category.__name__, str(item.message)) for item in caught), state)


def shown(value: Any) -> str:
    """A result, without addresses and modules."""
    return repr(value) if isinstance(value, bool | int | float | str | None) else type(value).__name__.lower()


def is_python(call: Call) -> bool:
    """True when threading's own method is written in Python, on this Python."""
    kind = getattr(threading, call.kind)
    method = getattr(kind, call.method or "__init__", None)
    return isinstance(kind, type) and isinstance(method, type(is_python))
