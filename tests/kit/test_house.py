"""The house rules: what stands at the top level, which room may import which, and what `import sync_tools` costs."""

from __future__ import annotations

import ast
import fnmatch
import graphlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import sync_tools

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "sync_tools"
TOP_LEVEL = {
    *("labs", "solutions", "tests", "sync_tools"),
    *("README.md", "tox.ini", "pyproject.toml", "LICENSE", "CHANGELOG.md"),
}
LONGEST = 400  # lines of a file

# The rooms of sync_tools, lower to higher. The face is the package's own __init__.py, where the public names stand.
FACE = "(face)"
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"words"}),
    frozenset({"seams"}),
    frozenset({"kernel"}),
    frozenset({"worlds", "models", "primitives", "instrument", "strategies", "detectors", "mutants"}),
    frozenset({"drivers"}),
    frozenset({"presentation"}),
    frozenset({FACE}),
    frozenset({"doors"}),
)
LAYER_OF = {room: layer for layer, rooms in enumerate(LAYERS) for room in rooms}
# Within a layer, rooms may import each other as long as there is no circle; these pairs are ruled out for good: code
# that is written over a world must not know which one.
NEVER = {(room, "worlds") for room in ("models", "primitives", "instrument", "strategies", "detectors")}

PUBLIC = (
    *("Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier"),
    *("recording", "enable", "disable", "AcquisitionLog"),
    *("explore", "stress", "replay", "run_together"),
    *("explored", "stressed"),
    *("schedules", "Schedule"),
    *("linearizable", "Linearizability"),
)
# What only one door, or one driver, needs.
HEAVY = ("pytest", "rich", "click", "loguru", "hypothesis", "greenlet")


@dataclass(frozen=True)
class Import:
    """One import of a room: where it stands, which room that is in, and which room it asks for."""

    where: str
    room: str
    asks: str


def imports_of(package: Path) -> Iterator[Import]:
    """Yield what the files of `package` import from each other, wherever in the file that stands."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        room = room_of(parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for module in modules_asked_for(node, (package.name, *parts[:-1])):
                if module[0] == package.name:
                    where = f"{path.relative_to(package.parent).as_posix()}:{node.lineno}"  # type: ignore[attr-defined]
                    yield Import(where, room, room_of(module[1:]))


def room_of(parts: tuple[str, ...]) -> str:
    """Return the room of a module, given by its parts below the package."""
    if parts == ("__main__",):
        return "doors"
    return parts[0] if parts and parts[0] in LAYER_OF else FACE


def modules_asked_for(node: ast.AST, here: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the modules that one syntax node imports, as tuples of names; `here` is the package it stands in."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield tuple(alias.name.split("."))
    elif isinstance(node, ast.ImportFrom):
        base = here[: len(here) - node.level + 1] if node.level else ()
        base += tuple(node.module.split(".")) if node.module else ()
        for alias in node.names:
            # The version is a constant of the package and no part of any room.
            if alias.name != "__version__":
                yield (*base, alias.name)
    elif isinstance(node, ast.Call) and node.args:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        name = node.args[0]
        if called in ("import_module", "__import__") and isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield tuple(name.value.split("."))


def upward(imports: list[Import]) -> list[str]:
    """Return the imports that go up, or are ruled out, one line each."""
    return [
        f"{found.where}: {found.room} imports {found.asks}"
        for found in imports
        if LAYER_OF[found.asks] > LAYER_OF[found.room] or (found.room, found.asks) in NEVER
    ]


def circle(imports: list[Import]) -> list[str]:
    """Return the rooms of a circle of imports, or nothing."""
    graph: dict[str, set[str]] = {}
    for found in imports:
        if found.room != found.asks:
            graph.setdefault(found.room, set()).add(found.asks)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        rooms: list[str] = error.args[1]
        return rooms
    return []


def ignored(name: str) -> bool:
    """Tell whether a top-level entry is a by-product, which .gitignore names."""
    patterns = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return any(fnmatch.fnmatch(name, pattern.strip("/")) for pattern in patterns)


def test_the_top_level_holds_what_the_design_names_and_nothing_else() -> None:
    found = {entry.name for entry in ROOT.iterdir() if not entry.name.startswith(".") and not ignored(entry.name)}
    assert found == TOP_LEVEL


def test_every_file_of_the_kit_stands_in_a_room() -> None:
    strays = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in LAYER_OF
    }
    assert strays <= {"__init__.py", "__main__.py"}
    assert {room for room in LAYER_OF if room != FACE} == {
        path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.rglob("*.py"))
    }


def test_imports_go_only_downward() -> None:
    imports = list(imports_of(PACKAGE))
    assert upward(imports) == []


def test_no_rooms_import_each_other_in_a_circle() -> None:
    assert circle(list(imports_of(PACKAGE))) == []


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("words/a.py", "from sync_tools.kernel.kernel import Kernel", "words imports kernel"),
        ("words/a.py", "import sync_tools.drivers.explore as e", "words imports drivers"),
        ("kernel/a.py", "def f():\n    from ..worlds import native", "kernel imports worlds"),
        ("kernel/a.py", "from .. import worlds", "kernel imports worlds"),
        ("seams/a.py", "import importlib\nimportlib.import_module('sync_tools.doors.cli')", "seams imports doors"),
        ("drivers/a.py", "if TYPE_CHECKING:\n    from sync_tools import Lock", "drivers imports (face)"),
        ("__init__.py", "from sync_tools.doors import cli", "(face) imports doors"),
        ("primitives/a.py", "from sync_tools.worlds.native import NativeWorld", "primitives imports worlds"),
    ],
)
def test_an_upward_import_is_seen(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    path = tmp_path / "sync_tools" / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    (line,) = upward(list(imports_of(tmp_path / "sync_tools")))
    assert line.endswith(f": {complaint}")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("kernel/a.py", "from .thread import VirtualThread"),
        ("kernel/a.py", "from ..words.failure import Site"),
        ("doors/a.py", "from sync_tools import Lock, __version__"),
        ("words/a.py", "from sync_tools import __version__"),
        ("__main__.py", "from sync_tools.doors.cli import main"),
        ("worlds/a.py", "from sync_tools.models import locks"),
    ],
)
def test_a_downward_import_is_let_through(tmp_path: Path, file: str, text: str) -> None:
    path = tmp_path / "sync_tools" / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert upward(list(imports_of(tmp_path / "sync_tools"))) == []


def test_a_circle_of_rooms_is_seen(tmp_path: Path) -> None:
    for room, other in (("models", "detectors"), ("detectors", "models")):
        path = tmp_path / "sync_tools" / room / "a.py"
        path.parent.mkdir(parents=True)
        path.write_text(f"def f():\n    from sync_tools.{other} import a", encoding="utf-8")
    imports = list(imports_of(tmp_path / "sync_tools"))
    assert upward(imports) == []
    assert set(circle(imports)) == {"models", "detectors"}


def test_no_file_is_too_long_to_read_in_one_sitting() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_the_public_names_are_there() -> None:
    assert set(PUBLIC) - set(sync_tools.__all__) == set()


@pytest.mark.parametrize("name", sorted(sync_tools.__all__))
def test_a_public_name_can_be_imported_and_says_what_it_is(name: str) -> None:
    assert (getattr(sync_tools, name).__doc__ or "").strip()


def loads(statement: str) -> set[str]:
    """Return which of the heavy packages `statement` loads, in a Python of its own."""
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"  # a .pth file may have loaded something already
        f"{statement}\n"
        f"print(*(set({HEAVY!r}) & (set(sys.modules) - before)))\n"
    )
    # Of this checkout, wherever else the package may be installed.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


def test_importing_the_kit_loads_nothing_heavy() -> None:
    assert loads("import sync_tools") == set()


def test_recording_primitives_loads_nothing_heavy() -> None:
    assert loads("from sync_tools import Lock, recording\nwith recording():\n    Lock().acquire()") == set()


def test_what_is_heavy_is_seen_once_it_is_asked_for() -> None:
    assert loads("import sync_tools; sync_tools.explore") >= {"greenlet"}
