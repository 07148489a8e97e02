"""Loading a lab: through the rewriter, and fresh in every schedule, so that module state cannot leak."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from sync_tools.instrument.compiling import compile_rewritten
from sync_tools.instrument.hooks import HOOKS

_compiled: dict[str, tuple[tuple[int, int], CodeType]] = {}
_lab_folders: dict[str, str] = {}  # package name -> folder


def compiled(path: str) -> CodeType:
    """The rewritten code of a file, compiled once for as long as the file stays the same.

    Raises:
        BrokenLab: it cannot be read, or has a syntax error.
    """
    try:
        stat = os.stat(path)
        version = (stat.st_mtime_ns, stat.st_size)
    except OSError:
        version = (0, 0)
    kept = _compiled.get(path)
    if kept is None or kept[0] != version:
        kept = _compiled[path] = (version, compile_rewritten(path))
    return kept[1]


class Rewriting(importlib.abc.Loader):
    """Executes the rewritten code of a lab's file.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module, with the hooks in its namespace."""
        space = vars(module)
        space.update(HOOKS)
        space["_sl_key"] = object()
        space["_sl_seen"] = True
        exec(compiled(self.path), space)


class _LabFinder(importlib.abc.MetaPathFinder):
    """Finds the modules beside a lab's program, so that they are rewritten and fresh too."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> Any:
        package, _, name = fullname.rpartition(".")
        folder = _lab_folders.get(package)
        if folder is None:
            return None
        file = os.path.join(folder, f"{name}.py")
        if not os.path.isfile(file):
            return None
        return importlib.util.spec_from_file_location(fullname, file, loader=Rewriting(file))


class LabModule(ModuleType):
    """A lab's program as tests see it.

    Used plainly it is the program's module, loaded once. ``@explored`` and ``@stressed`` ask it for a :meth:`fresh`
    one in every schedule or round.

    Args:
        name: the lab's package name, for example ``lab01_hit_counter``.
        path: the program's file.
    """

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(f"{name}.{Path(path).stem}")
        self.__dict__["_lab"] = name
        self.__dict__["_path"] = str(Path(path).resolve())
        self.__dict__["_loaded"] = None

    @property
    def program_path(self) -> str:
        """The program's file."""
        return self.__dict__["_path"]  # type: ignore[no-any-return]

    def __reduce__(self) -> Any:
        return LabModule, (self.__dict__["_lab"], Path(self.__dict__["_path"]))

    def fresh(self) -> ModuleType:
        """The program, executed anew; nothing of an earlier load is shared.

        Raises:
            BrokenLab: it has a syntax error or cannot be read.
        """
        lab, path = self.__dict__["_lab"], self.__dict__["_path"]
        _lab_folders[lab] = os.path.dirname(path)
        if not any(isinstance(finder, _LabFinder) for finder in sys.meta_path):
            sys.meta_path.insert(0, _LabFinder())
        for name in [name for name in sys.modules if name == lab or name.startswith(f"{lab}.")]:
            del sys.modules[name]
        package = sys.modules[lab] = ModuleType(lab)
        package.__path__ = [os.path.dirname(path)]
        name = self.__name__
        spec = importlib.machinery.ModuleSpec(name, Rewriting(path), origin=path)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        module.__file__ = path
        module.__package__ = lab
        Rewriting(path).exec_module(module)
        return module

    def check(self) -> None:
        """Compile the program, so that a syntax error is reported before any schedule runs.

        Raises:
            BrokenLab: it has one.
        """
        compiled(self.__dict__["_path"])

    def _module(self) -> ModuleType:
        """The program as plain use sees it: loaded once, on first use."""
        if self.__dict__["_loaded"] is None:
            self.__dict__["_loaded"] = self.fresh()
        return self.__dict__["_loaded"]  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._module(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            setattr(self._module(), name, value)

    def __repr__(self) -> str:
        return f"<lab {self.__dict__['_lab']} from {self.__dict__['_path']}>"
