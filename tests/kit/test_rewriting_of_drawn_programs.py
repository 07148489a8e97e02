"""Rewritten source does what plain source does, for programs that Hypothesis draws."""

from textwrap import dedent, indent

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_and_rewritten import in_a_scenario, plainly, rewritten

ATOMS = st.sampled_from(
    ["1", "2", "box.a", "box.b", "data[0]", "data[-1]", "table['k']", "total", "count", "n", "len(data)"]
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "<", "==", "and", "or"]), inner).map(
            lambda p: f"({' '.join(p)})"
        ),
        inner.map(lambda v: f"bump({v})"),
        inner.map(lambda v: f"(n := {v})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
        inner.map(lambda v: f"sum([i + {v} for i in data])"),
    ),
    max_leaves=4,
)
TARGETS = st.sampled_from(
    ["box.a", "box.b", "data[0]", "data[n % 2]", "table['k']", "table[n % 3]", "total", "count", "n"]
)
SIMPLE = st.one_of(
    st.tuples(TARGETS, VALUES).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(TARGETS, TARGETS, VALUES).map(lambda p: f"{p[0]} = {p[1]} = {p[2]}"),
    st.tuples(TARGETS, TARGETS, VALUES, VALUES).map(lambda p: f"{p[0]}, {p[1]} = {p[2]}, {p[3]}"),
    st.tuples(TARGETS, st.sampled_from(["+=", "-=", "*="]), VALUES).map(" ".join),
    VALUES.map(lambda v: f"data.append({v})"),
    VALUES.map(lambda v: f"data += [{v}]"),
    VALUES.map(lambda v: f"table.setdefault({v}, 0)"),
    VALUES.map(lambda v: f"del table[{v}]"),
)


def block(inner):
    return indent("\n".join(inner), "    ")


STATEMENTS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.tuples(TARGETS, st.lists(inner, min_size=1, max_size=2)).map(
            lambda p: f"for {p[0]} in (3, 1):\n{block(p[1])}"
        ),
        st.tuples(VALUES, st.lists(inner, min_size=1, max_size=2), inner).map(
            lambda p: f"if {p[0]}:\n{block(p[1])}\nelse:\n{block([p[2]])}"
        ),
        st.lists(inner, min_size=1, max_size=2).map(
            lambda body: f"turns = 0\nwhile turns < 2:\n    turns += 1\n{block(body)}"
        ),
        st.tuples(inner, inner).map(lambda p: f"try:\n{block([p[0]])}\nfinally:\n{block([p[1]])}"),
    ),
    max_leaves=3,
)
BODIES = st.lists(STATEMENTS, min_size=1, max_size=5).map("\n".join)


def drawn(body):
    head = """
    class Box: pass
    total = 0
    def program():
        global total
        total, count, n = 1, 2, 3
        box, data, table, log = Box(), [4, 5], {"k": 6}, []
        box.a, box.b = 7, 8
        def bump(by):
            nonlocal count
            count += 1
            box.b = by
            log.append(by)
            return by
        try:
    """
    tail = """
        except Exception as error:
            log.append(repr(error))
        return log, total, count, n, vars(box), data, table
    """
    guarded = f"if len(data) > 20: raise ValueError\n{body}"
    return dedent(head) + indent(guarded, " " * 8) + "\n" + indent(dedent(tail).strip("\n"), "    ") + "\n"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(body=BODIES)
def test_a_drawn_program_ends_in_the_same_state(body):
    source = drawn(body)
    expected = repr(plainly(source)["program"]())
    load = rewritten(source)
    assert repr(load()["program"]()) == expected
    assert in_a_scenario(load)[0] == expected
