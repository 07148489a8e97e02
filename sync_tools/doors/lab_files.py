"""The files of a lab: all that should be there, nothing else, and texts that fit each other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sync_tools.doors.hints import read_hints
from sync_tools.doors.mutating import EQUIVALENT
from sync_tools.doors.programs import OTHER, WRONG
from sync_tools.doors.quotes import quote_problems
from sync_tools.doors.registry import Lab, Registry
from sync_tools.words.errors import UserError

NOT_EXHAUSTIVE = "Not exhaustive: "
_HINTS = 3
_BY_PRODUCTS = ("__pycache__",)
# What every lab's text has, so that a student knows where to look.
_SECTIONS = (
    "## The program",
    "## 1. Break it first",
    "## 2. Fix it",
    "## 3. Prove it",
    "## What you learn",
    "## Hints",
)


def bounded_tests(registry: Registry, lab: Lab) -> dict[str, str]:
    """The tests that say in their docstring why they are not exhaustive, with the reason."""
    tree = ast.parse(registry.test_file(lab).read_text(encoding="utf-8"))
    found = {}
    for node in tree.body:
        said = (ast.get_docstring(node) or "") if isinstance(node, ast.FunctionDef) else ""
        if isinstance(node, ast.FunctionDef) and said.startswith(NOT_EXHAUSTIVE):
            found[node.name] = " ".join(said.removeprefix(NOT_EXHAUSTIVE).split())
    return found


def file_problems(registry: Registry, lab: Lab) -> list[str]:
    """What is wrong with a lab's files, a sentence each."""
    root = registry.root
    program = Path("labs", lab.id, lab.program_name)
    allowed = {
        Path("labs", lab.id): {"README.md", "__main__.py", lab.program_name},
        Path("solutions", lab.id): {"__main__.py", lab.program_name},
    }
    found = []
    for folder, names in allowed.items():
        there = {path.name for path in _entries(root / folder)}
        found += [f"{(folder / name).as_posix()} is missing" for name in sorted(names - there)]
        found += [f"{(folder / name).as_posix()} is a stray file" for name in sorted(there - names)]
    if not registry.test_file(lab).is_file():
        found.append(f"tests/labs/{lab.test_name} is missing")
    shipped = registry.shipped(lab)
    for path in _entries(registry.variants(lab)):
        known = path.name in (shipped.name, EQUIVALENT) or re.fullmatch(rf"({OTHER}|{WRONG})_\w+\.py", path.name)
        if not known:
            found.append(f"{path.relative_to(root).as_posix()} is a stray file")
    if found:
        return found
    if _text(root / program) != _text(shipped):
        found.append(f"{program.as_posix()} is not the program as it comes, {shipped.relative_to(root).as_posix()}")
    found += _text_problems(registry, lab)
    found += quote_problems(_text(registry.test_file(lab)), _text(shipped))
    found += _interface_problems(root / program, root / "solutions" / lab.id / lab.program_name)
    return found


def stray_folders(registry: Registry) -> list[str]:
    """Folders and files beside the labs' own that belong to none."""
    ids = {lab.id for lab in registry}
    allowed = {
        "labs": ids | {"labs.toml"},
        "solutions": ids,
        "tests/variants": ids,
        "tests/labs": {lab.test_name for lab in registry},
    }
    return [
        f"{folder}/{path.name} belongs to no lab of labs/labs.toml"
        for folder, names in allowed.items()
        for path in _entries(registry.root / folder)
        if path.name not in names
    ]


def _entries(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in sorted(folder.iterdir()) if path.name not in _BY_PRODUCTS)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _text_problems(registry: Registry, lab: Lab) -> Iterator[str]:
    readme = registry.readme(lab)
    text = _text(readme)
    where = f"labs/{lab.id}/README.md"
    if not text.startswith(f"# Lab {lab.number}: {lab.title}\n"):
        yield f"{where} does not begin with '# Lab {lab.number}: {lab.title}'"
    places = [text.find(f"\n{section}\n") for section in _SECTIONS]
    for section, place in zip(_SECTIONS, places, strict=True):
        if place < 0:
            yield f"{where} has no '{section}'"
    if places != sorted(places):
        yield f"{where}: the sections are not in their order"
    for line in text.splitlines():
        if len(line) > 80 and "](" not in line:
            yield f"{where}: a line of {len(line)} characters: {line[:40]}..."
    for command in (f"synclab break {lab.slug}", f"synclab run {lab.slug}"):
        if command not in text:
            yield f"{where} does not name the command `{command}`"
    try:
        hints = read_hints(readme)
    except UserError as error:
        yield str(error)
        return
    titles = [hint.title for hint in hints]
    if [title.partition(":")[0] for title in titles] != [f"Hint {number}" for number in range(1, _HINTS + 1)]:
        yield f"{where}: the hints should be 'Hint 1: ...' to 'Hint {_HINTS}: ...', and are {titles}"
    for hint in hints:
        if len(hint.text.split()) < 10:
            yield f"{where}: {hint.title} is nearly empty"


def _interface_problems(shipped: Path, solution: Path) -> Iterator[str]:
    before, after = interface(shipped), interface(solution)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield f"the solution has another interface: {name}{after.get(name, ' is missing')}"


def interface(program: Path) -> dict[str, str]:
    """The public names of a program: classes, functions and methods, with their signatures."""
    return dict(_public(ast.parse(program.read_text(encoding="utf-8")).body, ""))


def _public(block: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, str]]:
    for node in block:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or (
            node.name.startswith("_") and node.name != "__init__"
        ):
            continue
        if isinstance(node, ast.ClassDef):
            yield prefix + node.name, ""
            yield from _public(node.body, f"{prefix}{node.name}.")
        else:
            returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            yield prefix + node.name, f"({ast.unparse(node.args)}){returns}"
