"""No load, store, call or look-up of a source escapes the rewriter, wherever in the syntax it stands.

The corpus is the standard library: it has all of the syntax, in every combination that people write.
"""

import ast
import sysconfig
from pathlib import Path

import pytest

from sync_tools.instrument.rewrite import rewrite

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
CORPUS = """
    ast argparse asyncio/base_events asyncio/tasks bdb calendar cmd codecs collections/__init__ concurrent/futures/_base
    configparser contextlib copy csv dataclasses datetime decimal difflib dis doctest email/message enum fractions
    functools heapq http/client inspect ipaddress json/decoder logging/__init__ mailbox multiprocessing/pool optparse
    pathlib pdb pickle plistlib pprint queue random selectors shelve shlex socket ssl statistics string subprocess
    tarfile tempfile textwrap threading timeit tokenize traceback types typing unittest/case unittest/mock
    urllib/request weakref xml/dom/minidom zipfile
"""  # words, not a list: a list would be a screen long


def is_hook(node):
    return isinstance(node, ast.Name) and node.id.startswith("_sl_")


class Audit(ast.NodeVisitor):
    """Collects what still reaches shared state without a hook."""

    def __init__(self):
        self.found = []

    def visit_Attribute(self, node):
        if not is_hook(node.value):
            self.found.append(node)
        self.generic_visit(node)

    def visit_Subscript(self, node):
        self.found.append(node)
        self.generic_visit(node)

    def visit_Call(self, node):
        function = node.func
        hooked = is_hook(function) or (isinstance(function, ast.Call) and is_hook(function.func))
        hooked = hooked or (isinstance(function, ast.Attribute) and is_hook(function.value))
        reads_frames = isinstance(function, ast.Name) and function.id in (
            *("super", "locals", "globals", "vars", "dir", "eval", "exec", "__import__", "breakpoint"),
        )
        if not hooked and not reads_frames:
            self.found.append(node)
        self.generic_visit(node)

    # ---- what is not a part of the running program ----

    def visit_AnnAssign(self, node):
        self.visit(node.target)
        if node.value is not None:
            self.visit(node.value)

    def visit_arg(self, node):
        """Its annotation is worked out when the function is made, or never."""

    def visit_FunctionDef(self, node):
        node.returns = None
        node.type_params = []
        self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_match_case(self, node):
        for part in [node.guard, *node.body]:  # a case that is left as it is compares with constants
            if part is not None:
                self.visit(part)


def describe(node, source):
    return f"line {node.lineno}: {type(node).__name__} {ast.get_source_segment(source, node)}"


@pytest.mark.parametrize("name", CORPUS.split())
def test_no_access_in_the_standard_library_escapes_the_rewriter(name):
    path = LIBRARY / f"{name}.py"
    if not path.exists():
        path = LIBRARY / name / "__init__.py"
    if not path.exists():
        pytest.skip(f"this Python has no {name}")
    source = path.read_text(encoding="utf-8")
    audit = Audit()
    audit.visit(rewrite(ast.parse(source), name))
    assert [describe(node, source) for node in audit.found] == []


def test_the_audit_sees_what_is_left_out():
    audit = Audit()
    audit.visit(ast.parse("@a.b\ndef f(x=c.d): return e[f.g] + h(i)\n"))
    kinds = sorted(type(node).__name__ for node in audit.found)
    assert kinds == ["Attribute", "Attribute", "Attribute", "Call", "Subscript"]
