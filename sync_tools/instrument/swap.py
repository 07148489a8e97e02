"""Rewriting a module that is loaded already: swap the code into the functions that exist.

Executing a script's module a second time would run it again, down to its own ``explore`` call. Swapping ``__code__``
keeps every function object, closure and ``__class__`` cell as it is, and the original code comes back afterwards.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

from sync_tools.instrument import caches
from sync_tools.instrument.compiling import code_pairs
from sync_tools.instrument.generated import default_factories
from sync_tools.instrument.hooks import HOOKS
from sync_tools.words.errors import UserError
from sync_tools.words.operations import identity
from sync_tools.words.sites import KIT


class Rewritten:
    """The code objects of one source file, plain and rewritten."""

    def __init__(self, module: ModuleType, path: str) -> None:
        self.exact: dict[CodeType, CodeType] = {}
        self.rough: dict[tuple[str, int, int, tuple[str, ...]], CodeType] = {}
        for plain, rewritten in code_pairs(module, path):
            self.exact.setdefault(plain, rewritten)
            # Coverage tools and other import hooks change the code; its name and first line they leave alone.
            self.rough.setdefault(_outline(plain), rewritten)
        # Invariant: the key is the identity of the first of the pair. Hashing a code object would take longer.
        self.known: dict[int, tuple[CodeType, CodeType | None]] = {}

    def of(self, code: CodeType) -> CodeType | None:
        """The counterpart of `code`, or None when it is not from this file as it is now."""
        known = self.known.get(identity(code))
        if known is None:
            found = self.exact.get(code) or self.rough.get(_outline(code))
            fits = found is not None and found.co_freevars == code.co_freevars
            known = self.known[identity(code)] = (code, found if fits else None)
        return known[1]


def _outline(code: CodeType) -> tuple[str, int, int, tuple[str, ...]]:
    return (code.co_name, code.co_firstlineno, code.co_argcount, code.co_freevars)


_cache: dict[str, tuple[tuple[int, bool], Rewritten]] = {}


def _rewritten(module: ModuleType, path: str) -> Rewritten:
    version = (
        os.stat(path).st_mtime_ns,
        type(getattr(module, "__loader__", None)).__name__ == "AssertionRewritingHook",
    )
    kept = _cache.get(path)
    if kept is None or kept[0] != version:
        kept = _cache[path] = (version, Rewritten(module, path))
    return kept[1]


def _source_path(module: ModuleType) -> str | None:
    path = getattr(module, "__file__", None)
    if path and path.endswith(".py") and os.path.isfile(path) and not _is_ours(path):
        return str(path)
    return None


@functools.lru_cache(maxsize=4096)
def _is_ours(path: str) -> bool:
    return os.path.abspath(path).startswith(KIT)


def modules_of(scenario: Any, instrument: Iterable[str]) -> tuple[list[ModuleType], list[str]]:
    """The modules to rewrite for a scenario, and what cannot be seen because there is no source.

    Raises:
        UserError: a package named in `instrument` does not exist.
    """
    unseen = []
    modules = []
    name = getattr(_plain(scenario), "__module__", None)
    home = sys.modules.get(name) if name else None
    if home is not None:
        if _source_path(home) is None:
            if not (getattr(home, "__file__", None) or "").startswith(KIT):
                unseen.append(f"module {name}: no source file, so its accesses were not seen")
        else:
            modules.append(home)
            package = (getattr(home, "__package__", None) or "").partition(".")[0]
            if package:
                modules += _loaded(package)
    for wanted in instrument:
        try:
            __import__(wanted)
        except ImportError as error:
            raise UserError(f"instrument={wanted!r}: {error}") from None
        modules += _loaded(wanted)
    unique = {identity(module): module for module in modules}
    return list(unique.values()), unseen


def _loaded(package: str) -> list[ModuleType]:
    return [
        module
        for name, module in list(sys.modules.items())
        if (name == package or name.startswith(f"{package}."))
        and isinstance(module, ModuleType)
        and _source_path(module)
    ]


def _plain(value: Any) -> Any:
    while True:
        if isinstance(value, functools.partial):
            value = value.func
        elif isinstance(value, MethodType):
            value = value.__func__
        elif not isinstance(value, FunctionType) and not isinstance(value, type) and callable(value):
            return type(value)
        else:
            return value


# These hold no functions, and modules are full of them.
_ATOMS = frozenset({int, str, float, bool, bytes, type(None), tuple, list, dict, set, frozenset, ModuleType})
_ATOMS |= {BuiltinFunctionType, GetSetDescriptorType, MemberDescriptorType, WrapperDescriptorType}
_DEPTH = 7  # how far a function is looked for, from a module's variable on


def _functions(roots: list[Any]) -> Iterator[FunctionType]:
    """The functions that can be reached from a module's variables, a class or a closure."""
    seen: set[int] = set()
    for _ in range(_DEPTH):
        inner: list[Any] = []
        for root in roots:
            kind = type(root)
            if kind in _ATOMS:
                continue
            number = identity(root)
            if number in seen:
                continue
            seen.add(number)
            if kind is FunctionType:
                yield root
                inner += [cell.cell_contents for cell in root.__closure__ or () if _filled(cell)]
                inner += [*(root.__defaults__ or ()), getattr(root, "__wrapped__", None)]
            elif isinstance(root, type):
                inner += vars(root).values()
            elif isinstance(root, staticmethod | classmethod | MethodType):
                inner.append(root.__func__)
            elif isinstance(root, property):
                inner += [root.fget, root.fset, root.fdel]
            elif isinstance(root, functools.cached_property | functools.partial):
                inner += [root.func, *getattr(root, "args", ())]
            elif kind.__module__ != "builtins":
                inner.append(kind)
        roots = inner


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018  # an empty cell raises
    except ValueError:
        return False
    return True


@contextmanager
def swapped(scenario: Any, instrument: Iterable[str] = ()) -> Iterator[list[str]]:
    """Rewrite the scenario's module, and the packages named, for a ``with`` block; yields what cannot be seen."""
    modules, unseen = modules_of(scenario, instrument)
    by_space: dict[int, Rewritten] = {}
    roots: list[Any] = [scenario]
    paths = set()
    marked: list[ModuleType] = []  # what survives of their code outside of this block is still run, but is not seen
    for module in modules:
        path = _source_path(module)
        assert path is not None
        paths.add(path)
        by_space[identity(vars(module))] = _rewritten(module, path)
        vars(module).update(HOOKS)
        vars(module).setdefault("_sl_key", object())
        if "_sl_seen" not in vars(module):
            vars(module)["_sl_seen"] = True
            marked.append(module)
        roots += [value for value in list(vars(module).values()) if _belongs(value, module)]
    changed: list[tuple[FunctionType, CodeType]] = []
    filled: list[tuple[CellType, Any]] = []
    try:
        for function in _functions(roots):
            for cell, stand_in in default_factories(function):
                filled.append((cell, cell.cell_contents))
                cell.cell_contents = stand_in
            rewritten = by_space.get(identity(function.__globals__))
            if rewritten is not None:
                plain = function.__code__
                code = rewritten.of(plain)
                if code is not None:
                    changed.append((function, plain))
                    function.__code__ = code
                elif function is _plain(scenario) and plain.co_filename in paths:
                    # Running it unseen would pass anything.
                    raise UserError(
                        f"{plain.co_filename} has changed since it was imported, so "
                        f"{function.__name__} cannot be matched with its source. Run it again in a new process."
                    )
                elif plain.co_filename in paths:
                    unseen.append(f"{function.__qualname__}: its source has changed since it was imported")
        yield unseen
    finally:
        for function, code in changed:
            function.__code__ = code
        for cell, real in filled:
            cell.cell_contents = real
        for module in marked:
            vars(module).pop("_sl_seen", None)
        caches.forget()


def _belongs(value: Any, module: ModuleType) -> bool:
    return not isinstance(value, ModuleType) and getattr(value, "__module__", module.__name__) == module.__name__
