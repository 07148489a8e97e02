"""A function written in C that is itself the target of a thread: what it does is not seen, and nothing is proved."""

from __future__ import annotations

import functools
import operator
import threading
from collections.abc import Callable
from typing import Any

import pytest

from sync_tools import explore, run_together


class Box:
    value = 0


def by_attribute(start: Callable[..., None]) -> int:
    box = Box()
    box.value = 0
    start(setattr, box, "value", 1)
    return box.value


def by_a_partial(start: Callable[..., None]) -> int:
    box = Box()
    box.value = 0
    start(functools.partial(setattr, box), "value", 1)
    return box.value


def by_item(start: Callable[..., None]) -> int:
    box = {"value": 0}
    start(operator.setitem, box, "value", 1)
    return box["value"]


def in_a_thread(target: Callable[..., Any], *args: Any) -> None:
    threading.Thread(target=target, args=args).start()


def together(target: Callable[..., Any], *args: Any) -> None:
    run_together((target, *args))


@pytest.mark.parametrize("start", [in_a_thread, together])
@pytest.mark.parametrize("scenario", [by_attribute, by_a_partial, by_item])
def test_a_target_in_c_is_named_and_withholds_the_proof(scenario, start):
    found = explore(scenario, args=(start,), stop="never")
    assert found.failing == 0 and not found.complete
    assert any("where it is itself the target of a thread" in sentence for sentence in found.unseen)


def test_in_a_function_of_the_program_the_same_is_seen():
    def scenario():
        box = Box()
        box.value = 0
        in_a_thread(lambda: setattr(box, "value", 1))
        return box.value

    found = explore(scenario, stop="never")
    assert found.complete and set(found.results) == {0, 1}
