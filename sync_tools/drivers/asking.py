"""Hypothesis' search, asked from outside for one example after the other.

Hypothesis calls a test; here the test calls for examples. That way the caller, and not hypothesis, runs what is tested:
it may stop at any time, its errors are its own, and it may itself stand in a property test, in which hypothesis refuses
to run another one. The search waits in a thread of its own while an example is looked at, so only one of them runs.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

import hypothesis
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

Example = TypeVar("Example")
_END = object()


class _Halt(BaseException):
    """Ends hypothesis' search at once: what is no ``Exception`` is not made smaller."""


class Asking(Generic[Example]):
    """The examples that hypothesis draws, and then, once one was called failing, those with which it makes it smaller.

    The last example that was called failing is the smallest. Each example must be answered before the next is asked
    for.

    Args:
        strategy: what to draw from.
        examples: how many are drawn at most, until one fails.
        seed: the same one, with the same answers, gives the same examples.
    """

    def __init__(self, strategy: st.SearchStrategy[Example], examples: int, seed: int) -> None:
        self._strategy = strategy
        self._random = random.Random(seed)
        self._settings = hypothesis.settings(
            max_examples=examples, deadline=None, database=None, phases=(Phase.generate, Phase.shrink)
        )
        self._drawn: SimpleQueue[Any] = SimpleQueue()
        self._answers: SimpleQueue[bool | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._search, name="hypothesis", daemon=True)

    def __enter__(self) -> Asking[Example]:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._answers.put(None)
        self._thread.join()

    def __iter__(self) -> Iterator[Example]:
        while (example := self._drawn.get()) is not _END:
            yield example
        if self._error is not None:
            raise self._error

    def answer(self, failing: bool) -> None:
        """Say whether the example that was just given fails."""
        self._answers.put(failing)

    def _ask(self, example: Example) -> bool:
        self._drawn.put(example)
        answer = self._answers.get()
        if answer is None:
            raise _Halt
        return answer

    def _search(self) -> None:
        try:
            hypothesis.find(self._strategy, self._ask, settings=self._settings, random=self._random)
        except (NoSuchExample, _Halt):
            pass
        except BaseException as error:
            self._error = error
        finally:
            self._drawn.put(_END)
