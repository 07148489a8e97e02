"""Rewritten source does what plain source does: outside of a scenario, and inside of one.

Each program in the files programs_of_*.py logs what it sees. It runs as plain source, rewritten with nobody watching,
and rewritten in a thread of an explored scenario, where every access is a scheduling point. All three logs must be the
same.
"""

import sys

import pytest
from plain_and_rewritten import in_a_scenario, plainly, rewritten
from programs_of_assignments import ASSIGNMENTS
from programs_of_classes import CLASSES
from programs_of_containers import CONTAINERS
from programs_of_control_flow import CONTROL_FLOW
from programs_of_expressions import EXPRESSIONS
from programs_of_names import NAMES

PROGRAMS = {**ASSIGNMENTS, **NAMES, **EXPRESSIONS, **CONTROL_FLOW, **CLASSES, **CONTAINERS}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_rewritten_program_does_the_same_with_nobody_watching(name):
    source = PROGRAMS[name]
    assert repr(rewritten(source)()["program"]()) == repr(plainly(source)["program"]())


# A schedule's trace keeps what was accessed, so that an id stays its object's own: nothing dies before its end.
KEPT_BY_THE_TRACE = "objects die when they did"


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != KEPT_BY_THE_TRACE])
def test_a_rewritten_program_does_the_same_in_a_scenario(name):
    source = PROGRAMS[name]
    result, operations = in_a_scenario(rewritten(source))
    assert result == repr(plainly(source)["program"]())
    assert operations > 4  # starts, joins, and accesses that were seen


@pytest.mark.skipif(sys.version_info < (3, 11), reason="except* is new in 3.11")
def test_exception_groups_do_the_same():
    source = """
        class Box: pass
        def program():
            box, out = Box(), []
            box.group = ExceptionGroup("g", [ValueError(1), TypeError(2), KeyError(3)])
            try:
                try:
                    raise box.group
                except* ValueError as box_error:
                    out += [repr(e) for e in box_error.exceptions]
                except* (TypeError,):
                    box.seen = True
            except BaseException as left:
                out.append(repr(left.exceptions))
            return out, box.seen
        """
    expected = repr(plainly(source)["program"]())
    assert repr(rewritten(source)()["program"]()) == expected
    assert in_a_scenario(rewritten(source))[0] == expected


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are new in 3.12")
def test_type_parameters_do_the_same():
    source = """
        type Pair[T] = tuple[T, T]
        class Box[T]:
            def __init__(self, value: T): self.value = value
            def get[U](self, other: U) -> Pair[T | U]: return self.value, other
        def program():
            box = Box[int](3)
            box.value += 1
            return box.get("x"), Pair.__name__, str(Pair[int]), f"{box.get("nested")!r}"
        """
    expected = repr(plainly(source)["program"]())
    assert repr(rewritten(source)()["program"]()) == expected
    assert in_a_scenario(rewritten(source))[0] == expected
