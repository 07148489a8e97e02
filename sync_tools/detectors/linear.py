"""Is a history of concurrent operations explained by some order of them, one after the other?

Wing & Gong, "Testing and verifying concurrent objects" (JPDC 1993): look depth first for an order of the operations in
which a sequential model gives the responses that were seen, and in which an operation that had ended before another
began also comes before it. With Lowe's memoisation ("Testing for linearizability", CCPE 2017): a set of operations and
the model's state after them are never tried twice.

A model is any object with the same methods, used by one thread. It is never copied: its state is reached by replaying
the operations on a fresh one, which works for every class (one with locks cannot be copied) and, on the short histories
that tests make, costs no more than a copy. Each transition is computed once and kept for as long as the
:class:`Machine` lives.
"""

from __future__ import annotations

import copy
import io
import pickle
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sync_tools.words.errors import InternalError, SyncLabError, UserError

_PLAIN = frozenset({int, float, bool, str, bytes, complex, type(None)})


class Call(NamedTuple):
    """An operation to be done: a method (or an attribute to read) and its arguments."""

    name: str
    args: tuple[Any, ...] = ()


class Response(NamedTuple):
    """How an operation ended: with a value, or with an exception of some type."""

    value: Any = None
    raised: type[Exception] | None = None


@dataclass(frozen=True)
class Operation:
    """One operation of a history.

    Attributes:
        thread: who called it. One thread's operations follow each other.
        call: what was called.
        begin: when; numbers that only their order gives a meaning.
        end: when it had returned, or None: it never did, and may or may not have taken effect.
        response: how it ended; None for one that never did.
    """

    thread: int
    call: Call
    begin: int
    end: int | None = None
    response: Response | None = None


def linearize(history: Sequence[Operation], model: Callable[[], Any]) -> list[Operation] | None:
    """An order of the operations that explains what they returned.

    Args:
        history: the operations, in any order.
        model: makes a fresh sequential object with methods of the same names.

    Returns:
        The operations in that order (those that never returned may be missing), or None where there is none: the
        history is not linearizable.
    """
    machine = Machine(model, [operation.call for operation in history])
    order = search(machine, [operation.response for operation in history], real_time(history))
    return None if order is None else [history[index] for index in order]


def real_time(history: Sequence[Operation]) -> list[int]:
    """For each operation the set, as bits, of those that had ended before it began."""
    return [
        sum(1 << at for at, other in enumerate(history) if other.end is not None and other.end < operation.begin)
        for operation in history
    ]


def private(value: Any) -> Any:
    """A copy of a value that nobody else can change; the value itself where it cannot be copied."""
    if type(value) in _PLAIN:
        return value
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def response_of(target: Any, value: Any, raised: type[Exception] | None) -> Response:
    """The response of an operation on `target` that gave `value`, or raised.

    An object that returns itself, so that calls can be chained, returns nothing.
    """
    return Response(None if value is target else private(value), raised)


def explains(model: Response, seen: Response) -> bool:
    """True when the model's response allows for the one that was seen: an equal value, or an exception of its kind."""
    if seen.raised is not None or model.raised is not None:
        return seen.raised is not None and model.raised is not None and issubclass(seen.raised, model.raised)
    try:
        return seen.value is model.value or bool(seen.value == model.value)
    except Exception:  # values that cannot be compared are not known to be equal
        return False


class Machine:
    """A sequential model as a machine: from a state, an operation leads to a response and to another state.

    States are numbers; 0 is that of a fresh model. Two sequences of operations that leave equal states behind lead to
    the same number, as far as that can be told: where a state cannot be pickled each sequence has a state of its own,
    which makes the search slower and nothing else.

    Args:
        model: makes a fresh model.
        calls: the operations; they go by their place in this sequence.
    """

    def __init__(self, model: Callable[[], Any], calls: Sequence[Call]) -> None:
        self.model = model
        self.calls = tuple(calls)
        self._paths: list[tuple[int, ...]] = [()]
        self._known: dict[bytes, int] = {}
        self._classes: dict[int, type] = {}  # that states mention by identity; kept, so that it stays their own
        self._steps: dict[tuple[int, int], tuple[Response, int]] = {}

    def step(self, state: int, operation: int) -> tuple[Response, int]:
        """The response to an operation in a state, and the state after it.

        Raises:
            UserError: the model waits.
        """
        found = self._steps.get((state, operation))
        if found is None:
            found = self._steps[state, operation] = self._replay(state, operation)
        return found

    def _replay(self, state: int, operation: int) -> tuple[Response, int]:
        model = self.model()
        response = Response()
        for at in (*self._paths[state], operation):
            response = _respond(model, self.calls[at])
        after = len(self._paths)
        key = _state_key(model, self._classes)
        if key is not None:
            after = self._known.setdefault(key, after)
        if after == len(self._paths):
            self._paths.append((*self._paths[state], operation))
        return response, after


def _respond(model: Any, call: Call) -> Response:
    """Do an operation on a model: call the method, or read the attribute, of that name."""
    value = raised = None
    try:
        found = getattr(model, call.name)
        value = found(*map(private, call.args)) if callable(found) else found
    except InternalError:  # nobody else runs, so what it waits for can't come
        raise UserError(
            f"the model waits in {call.name}: a sequential model answers at once. Let it raise what the object raises "
            "where it would have to wait, or leave the operation out"
        ) from None
    except SyncLabError:
        raise
    except Exception as error:
        raised = type(error)
    return response_of(model, value, raised)


def search(machine: Machine, responses: Sequence[Response | None], before: Sequence[int]) -> list[int] | None:
    """An order of a machine's operations in which it gives these responses.

    Args:
        machine: the model and the operations.
        responses: what was seen; None for an operation that never returned.
        before: for each operation the set, as bits, of those that must come before it.

    Returns:
        The operations in order, or None.
    """
    required = sum(1 << at for at, response in enumerate(responses) if response is not None)
    tried = {(0, 0)}
    order: list[int] = []
    # Sets of operations done, the state after them, and what is left to be tried next: a recursion, without its limit.
    stack = [(0, 0, minimal(before, 0))]
    while stack:
        done, state, candidates = stack[-1]
        if done & required == required:
            return order
        for at in candidates:
            response, after = machine.step(state, at)
            seen = responses[at]
            key = (done | 1 << at, after)
            if key in tried or not (seen is None or explains(response, seen)):
                continue
            tried.add(key)
            order.append(at)
            stack.append((*key, minimal(before, key[0])))
            break
        else:
            stack.pop()
            del order[-1:]
    return None


def minimal(before: Sequence[int], done: int) -> Iterator[int]:
    """The operations that may come next once those in `done` have."""
    return (at for at, earlier in enumerate(before) if not done >> at & 1 and not earlier & ~done)


class _StateKey(pickle.Pickler):
    """Pickles a model's state; classes go by identity, so that local ones do as well."""

    def __init__(self, file: io.BytesIO, classes: dict[int, type]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.classes = classes

    def persistent_id(self, obj: Any) -> Any:
        if isinstance(obj, type):
            self.classes[id(obj)] = obj
            return id(obj)
        if type(obj).__module__.startswith("sync_tools."):
            raise pickle.PicklingError("a lock of a scenario belongs to a world and is no plain state")
        return None


def _state_key(model: Any, classes: dict[int, type]) -> bytes | None:
    """Bytes that are equal only for equal states; None where a state cannot be pickled."""
    buffer = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _StateKey(buffer, classes).dump(model)
    except Exception:
        return None
    return buffer.getvalue()
