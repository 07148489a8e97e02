"""A report calls each lock what the program calls it, however it was bound."""

import threading
from threading import Lock

import pytest

from sync_tools import explore, run_together


class Pair:
    def __init__(self):
        self.one, self.two = Lock(), Lock()


def variables():
    one = Lock()
    two = threading.Lock()
    return one, two


def variables_in_one_statement():
    one, two = Lock(), threading.Lock()
    return one, two


def attributes():
    pair = Pair()
    return pair.one, pair.two


def instances_of_a_subscript():
    locks = {}
    locks["one"] = Lock()
    locks["two"] = Lock()
    return locks["one"], locks["two"]


def a_walrus():
    return (one := Lock()), (two := Lock()), one, two


def annotated():
    one: Lock = Lock()
    two: Lock = Lock()
    return one, two


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (variables, {"one", "two"}),
        (variables_in_one_statement, {"one", "two"}),
        (attributes, {"Pair.one", "Pair.two"}),
        (instances_of_a_subscript, {"['one']", "['two']"}),
        (a_walrus, {"one", "two"}),
        (annotated, {"one", "two"}),
    ],
)
def test_a_deadlock_names_both_locks_as_the_program_does(make, names):
    def scenario():
        first, second, *_ = make()

        def forth():
            with first, second:
                pass

        def back():
            with second, first:
                pass

        run_together(forth, back)

    failure = explore(scenario).failure
    assert failure.kind == "deadlock"
    stuck = [waiter for waiter in failure.waiters if waiter.operation == "acquire"]
    assert {waiter.target for waiter in stuck} == names
    assert {name for waiter in stuck for name, _ in waiter.holds} == names
