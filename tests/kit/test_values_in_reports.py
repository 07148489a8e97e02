"""What a report shows of a value: its contents where they are plain and short, never by code of the program's."""

import os
import subprocess
import sys
from collections import deque

import pytest

from sync_tools import explore
from sync_tools.instrument.noting import show

pytestmark = pytest.mark.once


class Loud:
    """Says so when it is shown."""

    def __repr__(self):
        raise AssertionError("a report has run the program's code")


class Account(dict):
    """A container of the program's own, with a text of its own."""

    def __repr__(self):
        raise AssertionError("a report has run the program's code")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        ("three", "'three'"),
        (None, "None"),
        ([], "[]"),
        ([1, "a"], "[1, 'a']"),
        ((1, ("a", None)), "(1, ('a', None))"),
        (set(), "set()"),
        ({"rent": 60, "food": 50}, "{'rent': 60, 'food': 50}"),
        ({("a", 1): True}, "{('a', 1): True}"),
        ({}, "{}"),
    ],
)
def test_plain_values_and_small_containers_are_shown_as_they_are(value, text):
    assert show(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Loud(), "a Loud"),
        ([Loud()], "list of 1"),
        ({"a": Loud(), "b": 2}, "dict of 2"),
        ({Loud(): 1}, "dict of 1"),
        ({(1, Loud()): 1}, "dict of 1"),
        ([(1, (2, Loud()))], "list of 1"),
        ({"a": [1]}, "dict of 1"),
        (Account(a=1), "Account of 1"),
        (list(range(7)), "list of 7"),
        (deque("ab"), "deque of 2"),
        (lambda: None, "a function"),
    ],
)
def test_what_the_program_could_have_a_say_in_is_shown_by_its_kind_and_size(value, text):
    assert show(value) == text


def test_a_value_with_a_long_text_is_cut():
    assert show("x" * 100) == "'" + "x" * 20 + "..."
    assert len(show([10**9] * 6)) == 24


def test_a_set_is_shown_in_the_same_order_whatever_the_hash_seed():
    call = "from sync_tools.instrument.noting import show; print(show({'a', 'b', 'c'}))"
    shown = {
        subprocess.run(
            [sys.executable, "-c", call],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "123"
    }
    assert shown == {"{'a', 'b', 'c'}\n"}


PROGRAM = '''
class Till:
    def __init__(self):
        self.sums = {"food": 1}

    def add(self, amount):
        self.sums = {**self.sums, "food": self.sums["food"] + amount}
'''


def test_a_report_shows_what_is_in_a_small_dict(tmp_path, monkeypatch):
    (tmp_path / "till_for_reports.py").write_text(PROGRAM, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def scenario():
        import threading

        from till_for_reports import Till

        till = Till()
        threads = [threading.Thread(target=till.add, args=(1,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert till.sums["food"] == 3

    report = str(explore(scenario, instrument=["till_for_reports"]).failure)
    assert "{'food': 1}" in report and "{'food': 2}" in report
    assert "keys}" not in report
