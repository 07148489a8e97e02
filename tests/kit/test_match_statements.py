"""``match`` does what the language says, and each look that a pattern takes at its subject is an operation."""

import ast
import threading
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explore, run_together
from sync_tools.instrument.hooks import HOOKS
from sync_tools.instrument.rewrite import rewrite

PRELUDE = """
from collections import ChainMap, OrderedDict, deque
from enum import Enum
log = []
class Color(Enum):
    RED = 1
    BLUE = 2
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Noisy:
    __match_args__ = ("one", "two", "three")
    def __getattr__(self, name):
        log.append(name)
        if name == "three": raise AttributeError(name)
        return 1
class Three(Point):
    pass
class Wrong:
    __match_args__ = ["x"]
class Worse:
    __match_args__ = (1,)
class Text(str):
    pass
"""
SUBJECTS = [
    "None", "True", "1", "1.0", "'a'", "b'ab'", "''", "[]", "()", "[1]", "[1, 2]", "(1, 2)", "[1, 2, 3]",
    "[[1, 2], 'a']",
    "deque([1, 2])", "range(3)", "bytearray(b'ab')", "{}", "{'a': 1}", "{'a': 1, 'b': [1, 2]}", "OrderedDict(a=1, b=2)",
    "ChainMap({'a': 1}, {'b': 2})", "Color.RED", "Color.BLUE", "Point(1, 2)", "Point(0, [1, 2])", "Three(1, None)",
    "Noisy()", "Wrong()", "Worse()", "Text('a')", "{1, 2}", "Point(Point(1, 2), {'a': 'b'})", "memoryview(b'ab')",
]  # fmt: skip

LEAVES = st.sampled_from(
    ["_", "NAME", "1", "-1", "'a'", "b'ab'", "None", "True", "Color.RED", "int()", "str(NAME)", "list(NAME)", "Point()"]
)


def inside(patterns):
    """Patterns that contain patterns. NAME is a name that is new in the pattern."""
    some = st.lists(patterns, max_size=3)
    star = st.sampled_from(["*_", "*NAME"])
    keys = st.lists(st.sampled_from(["'a'", "'b'", "1", "Color.RED"]), unique=True, max_size=2)
    rest = st.sampled_from(["", ", **NAME"])
    kind = st.sampled_from(["Point", "Three", "Noisy", "Wrong", "Worse", "int", "Text", "Color"])
    return st.one_of(
        some.map(lambda parts: f"[{', '.join(parts)}]"),
        st.tuples(some, star, some).map(lambda it: f"[{', '.join([*it[0], it[1], *it[2]])}]"),
        st.tuples(keys, patterns, rest).map(
            lambda it: "{" + ", ".join([*(f"{key}: {it[1]}" for key in it[0]), *([it[2][2:]] if it[2] else [])]) + "}"
        ),
        st.tuples(kind, some).map(lambda it: f"{it[0]}({', '.join(it[1])})"),
        st.tuples(kind, patterns, patterns).map(lambda it: f"{it[0]}(x={it[1]}, y={it[2]})"),
        st.tuples(kind, patterns, patterns).map(lambda it: f"{it[0]}({it[1]}, x={it[2]})"),
        patterns.map(lambda one: f"({one}) as NAME"),
        st.sampled_from(["1 | 2", "'a' | None", "[1] | [_, 2]", "Point(x=1) | Point(y=2)", "[1, Point() | 2]"]),
    )


def numbered(pattern):
    """Give each NAME a number; a pattern may not bind one name twice."""
    parts = pattern.split("NAME")
    return "".join(f"{part}n{at}" for at, part in enumerate(parts[:-1])) + parts[-1], len(parts) - 1


PATTERNS = st.recursive(LEAVES, inside, max_leaves=5).map(numbered)


def program(cases):
    """What each subject does: the case, the names, the log, or the error."""
    source = PRELUDE + "def what(subject):\n    match subject:\n"
    for number, (pattern, names) in enumerate(cases):
        bound = ", ".join(f"n{at}" for at in range(names))
        guard = " if n0" if names and number % 2 else ""
        source += f"        case {pattern}{guard}: return {number}, [{bound}]\n"
    source += "    return 'none'\n"
    return source


def outcomes(compiled, space):
    exec(compiled, space)
    answers = []
    for subject in SUBJECTS:
        space["log"].clear()
        try:
            answer = space["what"](eval(subject, space))
        except Exception as error:
            answer = error
        answers.append((subject, repr(answer).split(" at 0x")[0], tuple(space["log"])))
    return answers


@settings(max_examples=300, deadline=None, print_blob=True)
@given(cases=st.lists(PATTERNS, min_size=1, max_size=3))
def test_a_drawn_match_takes_the_same_case_and_binds_the_same_names(cases):
    source = program(cases)
    try:
        plain = compile(source, "program.py", "exec")
    except SyntaxError:  # a case after one that takes anything, two stars, ...
        return
    changed = compile(rewrite(ast.parse(source), "program.py"), "program.py", "exec")
    expected = outcomes(plain, {"__name__": "program"})
    assert outcomes(changed, {"__name__": "program", **HOOKS, "_sl_key": object()}) == expected


@pytest.mark.parametrize(
    "body",
    [
        "case Point(x=1, y=2): return 'both'",
        "case Point(1, 2): return 'both'",
        "case Point(x=x, y=y) if x == 1: return x, y",
        "case Point(x=1) | Point(y=2): return 'one'",
        "case {'a': 1, **rest}: return rest",
        "case [Color.RED, *more]: return more",
    ],
)
def test_names_and_guards_do_the_same_in_a_scenario(body):
    source = PRELUDE + dedent(f"""
        def program():
            found = []
            for subject in (Point(1, 2), Point(1, 3), Point(0, 2), {{"a": 1, "b": 2}}, [Color.RED, 1, 2]):
                match subject:
                    {body.replace("return", "found.append((") + "))"}
            return found
    """)
    plain = {"__name__": "program"}
    exec(compile(source, "program.py", "exec"), plain)
    changed = compile(rewrite(ast.parse(source), "program.py"), "program.py", "exec")

    def scenario():
        space = {"__name__": "program", **HOOKS, "_sl_key": object()}
        exec(changed, space)
        return repr(run_together(space["program"], lambda: None)[0])

    assert set(explore(scenario, stop="never", max_schedules=20).results) == {repr(plain["program"]())}


class Point:
    __match_args__ = ("x", "y")

    def __init__(self):
        self.x = self.y = 0

    def move(self):
        self.x = 1
        self.y = 1


def by_name(point):
    match point:
        case Point(x=0, y=1):
            return "torn"


def by_place(point):
    match point:
        case Point(0, 1):
            return "torn"


def by_names_that_are_bound(point):
    match point:
        case Point(x=x, y=y) if x != y:
            return "torn"


def by_one_of_two(point):
    match point:
        case Point(x=1, y=0) | Point(x=0, y=1):
            return "torn"


def in_a_sequence(point):
    match [point]:
        case [Point(x=0, y=1)]:
            return "torn"


@pytest.mark.parametrize("look", [by_name, by_place, by_names_that_are_bound, by_one_of_two, in_a_sequence])
def test_a_pattern_that_reads_two_attributes_can_be_torn(look):
    def scenario():
        point = Point()
        seen, _ = run_together((look, point), point.move)
        assert seen != "torn"

    failure = explore(scenario).failure
    assert (failure.kind, {step.target for step in failure.steps}) == ("assertion", {"Point.x", "Point.y"})


def test_a_value_that_a_pattern_took_out_may_be_old():
    def scenario():
        point = Point()

        def add():
            match point:
                case Point(x=x):
                    point.x = x + 1

        run_together(add, add)
        assert point.x == 2

    failure = explore(scenario).failure
    assert (failure.bug_class, failure.preemptions) == ("lost update", 1)


def test_a_sequence_may_grow_between_the_look_at_its_length_and_its_items():
    """In CPython too: the pattern has two items when it is measured, and three when it is taken apart."""

    def scenario():
        items = [1, 2]

        def look():
            match items:
                case [one, two]:
                    return one, two

        run_together(look, (items.append, 3))

    failure = explore(scenario).failure
    assert (failure.kind, failure.message) == (
        "exception",
        "ValueError: too many values to unpack (expected 2)",
    )


def test_a_mapping_s_values_are_read_one_by_one():
    def scenario():
        table = {"x": 0, "y": 0}

        def look():
            match table:
                case {"x": 0, "y": 1}:
                    return "torn"

        def move():
            table["x"] = 1
            table["y"] = 1

        seen, _ = run_together(look, move)
        assert seen != "torn"

    assert explore(scenario).failure.kind == "assertion"


def test_a_name_that_others_see_is_written_by_a_pattern():
    def scenario():
        last = None

        def keep(message):
            nonlocal last
            match message:
                case name:
                    last = last or 0
                    last = name

        run_together((keep, "a"), (keep, "b"))
        return last

    assert set(explore(scenario, stop="never").results) == {"a", "b"}


def test_a_locked_match_passes_and_its_looks_cost_no_schedules():
    def scenario():
        point, guard = Point(), threading.Lock()

        def look():
            with guard:
                return by_name(point)

        def move():
            with guard:
                point.move()

        seen, _ = run_together(look, move)
        assert seen != "torn"

    result = explore(scenario)
    assert (result.outcome, result.complete, result.schedules, result.unseen) == ("passed", True, 2, ())
