"""From what a user names to the hypothesis strategy that draws programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from sync_tools.detectors.linear import Call
from sync_tools.drivers.histories import Program, has
from sync_tools.words.errors import UserError

Operations = Mapping[str, Sequence[Any]] | Iterable[str]


def programs_of(
    operations: Operations, model: Callable[[], Any], threads: int, length: int
) -> st.SearchStrategy[Program]:
    """The strategy that draws programs; simpler ones are shorter, with earlier operations and simpler arguments.

    Raises:
        UserError: an operation that the model does not have, or arguments that can't be drawn.
    """
    named = operations if isinstance(operations, Mapping) else dict.fromkeys(operations, ())
    if not named:
        raise UserError('operations is empty: name the methods to call, as in {"deposit": [st.integers(1, 3)]}')
    sample = model()
    for name in named:
        if not has(sample, name):
            raise UserError(f"operations: the {type(sample).__name__} that model() returns has no {name!r}")
    one = st.one_of(*(_calls(name, arguments) for name, arguments in named.items()))
    # A bug of synchronization takes two threads: no further ones are needed, and no thread without an operation.
    parts = [st.lists(one, min_size=int(number < 2), max_size=length).map(tuple) for number in range(threads)]
    return st.tuples(*parts)


def _calls(name: str, arguments: Sequence[Any]) -> st.SearchStrategy[Call]:
    if isinstance(arguments, str | bytes) or not isinstance(arguments, Sequence):
        raise UserError(f"operations[{name!r}] is {arguments!r}: write a list with one entry for each argument")
    drawn = [_argument(name, number, given) for number, given in enumerate(arguments, 1)]
    return st.tuples(*drawn).map(lambda args: Call(name, args))


def _argument(name: str, number: int, given: Any) -> st.SearchStrategy[Any]:
    if isinstance(given, st.SearchStrategy):
        return given
    if isinstance(given, Sequence) and not isinstance(given, str | bytes) and given:
        return st.sampled_from(given)
    raise UserError(
        f"operations[{name!r}]: argument {number} is drawn from {given!r}; give a hypothesis strategy or a list of "
        f"values. One argument that is 1 or 2: {{{name!r}: [[1, 2]]}}"
    )
