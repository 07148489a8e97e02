"""Names in byte code, against three other accounts: programs made for it, a look at the variables, and the syntax."""

from __future__ import annotations

import ast
import dis
import importlib
import inspect
import itertools
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest
from names_by_syntax import Bindings, calls_of, codes_of
from test_bound_names import run

from sync_tools.primitives import binding
from sync_tools.worlds.naming import variable_of

# ---- generated programs ----------------------------------------------------------------------------------------------

# A value that has the lock somewhere: its source, how to get at the lock, and where in the value it is.
VALUES: list[tuple[str, str, str]] = [
    ("{}", "{}", ""),
    ("({} if k else None)", "{}", ""),
    ("(None or {})", "{}", ""),
    ("[None, {}]", "{}[1]", "[1]"),
    ("({},)", "{}[0]", "[0]"),
    ("{{'a': {}, 'b': 2}}", "{}['a']", "['a']"),
    ("[{} for i in range(2)]", "{}[0]", "[]"),
    ("{{i: {} for i in 'ab'}}", "{}['b']", "[i]"),
    ("tuple({} for i in range(2))", "{}[1]", "[]"),
]
TARGETS = [("x", "x"), ("obj.x", "obj.x"), ("table['t']", "table['t']"), ("table[k].x", "table[k].x")]
WRAPPERS = [
    "{target} = {value}",
    "a, {target} = 1, {value}",
    "{target} = y = {value}",
    "{target}, a, b = {value}, k, 3",
]


def generated() -> Iterator[tuple[str, str, str]]:
    """Statements, how to get at the lock, and its name."""
    for (target, name), wrapper, outer, inner in itertools.product(TARGETS, WRAPPERS, VALUES, VALUES):
        value = outer[0].format(inner[0].format("L()"))
        where = inner[1].format(outer[1].format(target))
        if "tuple" in outer[0] and "for" in inner[0]:
            continue  # what a generator gives in a generator is its own story
        yield wrapper.format(target=target, value=value), where, name + outer[2] + inner[2]


def test_generated_statements_name_their_locks(tmp_path: Path) -> None:
    cases = list(generated())
    lines = ["made = []"]
    for number, (statement, where, _) in enumerate(cases):
        if number % 50 == 0:
            lines.append(f"def work_{number}():")
        lines.append("    k = 'q'; obj = SimpleNamespace(); table = {'q': SimpleNamespace()}")
        lines.append(f"    {statement}; made.append({where})")
    lines += [f"work_{number}()" for number in range(0, len(cases), 50)]
    made = run("\n".join(lines), tmp_path)["made"]
    wrong = [(case, lock.name) for case, lock in zip(cases, made, strict=True) if lock.name != case[2]]
    assert len(cases) > 1000 and wrong == []


PLACES = [
    ("x = NEW", "x"),
    ("c.x = NEW", "c.x"),
    ("x = [NEW, NEW]", "x[1]"),
    ("x = (NEW, NEW)", "x[0]"),
    ("x = {'a': NEW}", "x['a']"),
    ("x = {1: NEW}", "x[1]"),
    ("x = [NEW for _ in 'ab']", "x[1]"),
    ("x = {i: NEW for i in 'ab'}", "x['b']"),
    ("x = []; x.append(NEW)", "x[0]"),
    ("x = {}; x['z'] = NEW", "x['z']"),
]


@pytest.mark.parametrize(("statement", "where"), PLACES)
def test_the_name_is_the_one_that_a_look_at_the_variables_finds(tmp_path: Path, statement: str, where: str) -> None:
    source = f"""
class C: pass
def work(look):
    c = C(); {statement.replace("NEW", "L()")}
    return {where}, look({where}, True)
"""
    lock, seen = run(source, tmp_path)["work"](variable_of)
    name = lock.name.replace("c.", "C.")  # the look knows only the class
    assert re.fullmatch(re.escape(name).replace(r"\[\]", r"\[\d+\]").replace(r"\[i\]", r"\['b'\]"), seen)


# ---- the whole standard library --------------------------------------------------------------------------------------

MODULES = [
    *("argparse", "ast", "calendar", "cmd", "codecs", "configparser", "csv", "dataclasses", "difflib", "fractions"),
    *("ftplib", "functools", "gzip", "heapq", "inspect", "ipaddress", "json.decoder", "logging", "mimetypes", "pdb"),
    *("pickle", "pprint", "queue", "random", "shlex", "smtplib", "socketserver", "statistics", "string", "tempfile"),
    *("textwrap", "threading", "traceback", "typing", "unittest.mock", "weakref", "zipfile", "asyncio.locks"),
]  # fmt: skip


def test_what_the_byte_code_says_is_what_the_syntax_says_throughout_the_standard_library() -> None:
    wrong, right = [], 0
    for module in MODULES:
        loaded = importlib.import_module(module)
        tree = ast.parse(inspect.getsource(loaded))
        places: dict[tuple[int, ...], list[tuple[CodeType, int]]] = defaultdict(list)
        for code in codes_of(compile(tree, loaded.__file__ or "", "exec", dont_inherit=True)):
            for place, offset in calls_of(code):
                places[place].append((code, offset))
        bindings = Bindings()
        bindings.visit(tree)
        for call, name in bindings.found:
            exact = (call.lineno, call.end_lineno or 0, call.col_offset, call.end_col_offset or 0)
            found = places[exact if sys.version_info >= (3, 11) else (call.lineno,)]
            if len(found) == 1 or sys.version_info >= (3, 11):
                for place in found:
                    got = binding._follow((place,), None)
                    right += got == name
                    wrong += [(module, call.lineno, name, got)] * (got != name)
    assert wrong == [] and right > 1000


def test_no_byte_code_is_too_strange() -> None:
    for module in ("argparse", "asyncio.tasks", "dataclasses", "typing", "zipfile"):
        source = inspect.getsource(importlib.import_module(module))
        for code in codes_of(compile(source, module, "exec", dont_inherit=True)):
            offsets = [step.offset for step in dis.get_instructions(code)]
            for offset in offsets[:: max(1, len(offsets) // 20)]:
                binding._follow(((code, offset),), None)  # it raises nothing
