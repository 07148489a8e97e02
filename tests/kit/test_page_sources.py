"""Which lines of the program a failure's page shows, and that they are those that were run."""

from __future__ import annotations

import pytest

from sync_tools.presentation.page_sources import LONGEST_FUNCTION, WHOLE, WIDEST, clipped, files_shown
from sync_tools.words.failure import Site

pytestmark = pytest.mark.once

FILLER = "".join(f"x{number} = {number}\n" for number in range(WHOLE))
PROGRAM = FILLER + (
    "class Counter:\n"
    "    def hit(self):\n"
    "        self.hits += 1\n"
    "\n"
    "    @property\n"
    "    def total(self):\n"
    "        return self.hits\n"
) + FILLER  # fmt: skip
HIT = WHOLE + 3


def shown(text, *lines, name="counter.py", source=None):
    every = text.split("\n")
    sites = [Site(name, line, "f", (every[line - 1].strip() if source is None else source)) for line in lines]
    return files_shown(sites, {} if text is None else {name: text}, [name])


def numbers(files):
    return [number for number, _ in files[0]["lines"]]


def test_a_short_file_is_shown_whole():
    (file,) = shown("a = 1\n\nb = 2\n", 3)
    assert file == {"name": "counter.py", "lines": [[1, "a = 1"], [2, ""], [3, "b = 2"]], "total": 3, "note": ""}


def test_of_a_long_file_the_function_is_shown_with_the_line_of_its_class():
    files = shown(PROGRAM, HIT)
    assert numbers(files) == [WHOLE + 1, WHOLE + 2, WHOLE + 3]
    assert files[0]["total"] == PROGRAM.count("\n")


def test_decorators_belong_to_their_function():
    assert numbers(shown(PROGRAM, HIT + 4))[-3:] == [HIT + 2, HIT + 3, HIT + 4]


def test_a_gap_of_one_line_is_filled():
    assert numbers(shown(PROGRAM, HIT, HIT + 4)) == list(range(HIT - 2, HIT + 5))


def test_outside_of_any_function_a_few_lines_around_are_shown():
    assert numbers(shown(PROGRAM, 50)) == list(range(46, 55))


def test_of_a_very_long_function_a_few_lines_around_are_shown():
    text = "def f():\n" + "    a = 1\n" * (LONGEST_FUNCTION + WHOLE)
    assert numbers(shown(text, 80)) == list(range(76, 85))


def test_a_nested_function_is_shown_inside_of_its_own():
    text = FILLER + "def f():\n    a = 1\n    def g():\n        return a\n    return g\n"
    assert numbers(shown(text, WHOLE + 4)) == list(range(WHOLE + 1, WHOLE + 6))


@pytest.mark.parametrize("broken", ["def f(:\n", "\0\n"])
def test_a_file_that_is_no_python_is_shown_all_the_same(broken):
    assert numbers(shown(broken + FILLER, 50)) == list(range(46, 55))


def test_a_file_that_has_changed_since_shows_only_the_lines_that_are_known_from_then():
    (file,) = shown(PROGRAM, HIT, source="self.hits = self.hits + 1")
    assert file["lines"] == [[HIT, "self.hits = self.hits + 1"]]
    assert file["note"].startswith("changed since") and file["total"] == 0
    (shorter,) = shown("a = 1\n" * 9, 9)
    assert shorter["note"] == ""
    assert files_shown([Site("a.py", 99, "f", "b = 2")], {"a.py": "a = 1\n"}, [])[0]["lines"] == [[99, "b = 2"]]


def test_a_file_that_is_not_at_hand_shows_the_lines_of_the_steps():
    (file,) = files_shown([Site("a.py", 7, "f", "b = 2"), Site("a.py", 3, "f", "a = 1")], {}, ["a.py"])
    assert file["lines"] == [[3, "a = 1"], [7, "b = 2"]]
    assert file["note"].startswith("not at hand")
    assert files_shown([Site("a.py", 7, "f", "")], {}, ["a.py"]) == []


def test_files_stand_in_the_order_asked_for():
    sites = [Site("b.py", 1, "f", ""), Site("a.py", 1, "f", "")]
    files = files_shown(sites, {"a.py": "x\n", "b.py": "y\n"}, ["a.py", "b.py"])
    assert [file["name"] for file in files] == ["a.py", "b.py"]


def test_lines_are_numbered_as_python_does():
    text = "a = 1\r\nb = '\x0c\u2028'\rc = 3\n"
    (file,) = files_shown([Site("a.py", 3, "f", "c = 3")], {"a.py": text}, [])
    assert file["lines"] == [[1, "a = 1"], [2, "b = '\\x0c\\u2028'"], [3, "c = 3"]]


def test_a_line_without_end_ends():
    assert len(clipped("x" * 100_000)) < WIDEST + 40
    assert clipped("x" * 100_000).endswith("more characters)")
    assert clipped("\tif a:\u202e  ") == "    if a:\\u202e"
