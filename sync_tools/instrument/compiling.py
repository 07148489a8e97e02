"""Source in, code out: plain and rewritten, with pytest's own rewriting underneath where the module had it."""

from __future__ import annotations

import ast
import sys
import tokenize
from collections.abc import Iterator
from types import CodeType, ModuleType
from typing import Any

from sync_tools.instrument.rewrite import rewrite
from sync_tools.words.errors import BrokenLab
from sync_tools.words.sites import same_line


def read_source(path: str) -> str:
    """A source file's text, in the encoding that it declares.

    Raises:
        BrokenLab: the file cannot be read.
    """
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        raise BrokenLab(f"cannot read {path}: {error}") from None


def parse(source: str, path: str) -> ast.Module:
    """Parse a file.

    Raises:
        BrokenLab: it has a syntax error; file and line are named.
    """
    try:
        # Some errors are found by the compiler only: `global n` after n was used, `return` outside of a function.
        compile(source, path, "exec", dont_inherit=True)
        return ast.parse(source, path)
    except SyntaxError as error:
        line = (error.text or "").strip()
        where = f"{path}, line {error.lineno}"
        raise BrokenLab(f"syntax error in {where}: {error.msg}\n    {line}\nMend the line and run it again.") from None


def compile_rewritten(path: str) -> CodeType:
    """A module's code with every access to shared state announced."""
    return compile(rewrite(parse(read_source(path), path), path), path, "exec", dont_inherit=True)


def asserted_tree(module: ModuleType, source: str, path: str) -> ast.Module:
    """The module's tree as it was compiled: with pytest's assert rewriting, where pytest imported it."""
    tree = parse(source, path)
    loader: Any = getattr(module, "__loader__", None)
    rewriting = sys.modules.get("_pytest.assertion.rewrite")
    if rewriting is not None and type(loader).__name__ == "AssertionRewritingHook":
        rewriting.rewrite_asserts(tree, source.encode(), path, getattr(loader, "config", None))
    return tree


def code_pairs(module: ModuleType, path: str) -> list[tuple[CodeType, CodeType]]:
    """Every code object of a module beside its rewritten counterpart."""
    source = read_source(path)
    plain = compile(asserted_tree(module, source, path), path, "exec", dont_inherit=True)
    rewritten = compile(rewrite(asserted_tree(module, source, path), path), path, "exec", dont_inherit=True)
    return list(_pairs(plain, rewritten))


def _pairs(plain: CodeType, rewritten: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    yield plain, rewritten
    ours, theirs = _inner(plain), _inner(rewritten)
    if len(ours) < len(theirs):
        # Before Python 3.11, two functions on one line that do the same are one code object. Rewritten they are two,
        # for each access has its own site.
        theirs = [code for at, code in enumerate(theirs) if not any(_alike(code, earlier) for earlier in theirs[:at])]
    for one, other in zip(ours, theirs, strict=True):
        yield from _pairs(one, other)


def _inner(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _alike(one: Any, other: Any) -> bool:
    """True for code, or a constant in it, that is the same but for its sites."""
    if isinstance(one, CodeType) and isinstance(other, CodeType):
        same = all(getattr(one, name) == getattr(other, name) for name in _OUTLINE)
        consts = len(one.co_consts) == len(other.co_consts)
        return same and consts and all(map(_alike, one.co_consts, other.co_consts))
    if type(one) is not type(other):
        return False
    return bool(one == other or (type(one) is int and same_line(one, other)))


_OUTLINE = (
    *("co_name", "co_firstlineno", "co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars"),
    *("co_argcount", "co_posonlyargcount", "co_kwonlyargcount"),
)
