"""The registry of the labs: ``labs/labs.toml`` of a checkout, checked and looked up by name."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import Any

from sync_tools.words.errors import BrokenRegistry, UnknownLab

# The same reader under two names. By name, so that type checking one Python needs no package of another.
tomllib: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")

REGISTRY = Path("labs", "labs.toml")


@dataclass(frozen=True)
class Lab:
    """One lab, as the registry describes it.

    Attributes:
        id: the folder's name, ``lab01_hit_counter``.
        slug: the program's module and the lab's short name, ``hit_counter``.
        number: its place in the curriculum, from 1.
        title: one line for people.
        part: the part of the curriculum that it belongs to.
        concepts: what it teaches.
        points: what a grader gives for it, all or none.
        bug_class: what the shipped program's failure is called.
        goal: what to make happen when the student is the scheduler, as an imperative: "make the counter lose a hit".
        goal_test: the explored test that is then played; it fails as shipped.
        max_schedules: the budget of one explored test, in schedules.
        stuck_alone: True where one thread is enough to break the shipped program, so that some sequential test fails.
        bug_lines: the lines of the shipped program that the goal test's report names.
    """

    id: str
    slug: str
    number: int
    title: str
    part: str
    concepts: tuple[str, ...]
    points: int
    bug_class: str
    goal: str
    goal_test: str
    max_schedules: int
    stuck_alone: bool = False
    bug_lines: tuple[int, ...] = ()

    @property
    def test_name(self) -> str:
        """The file name of its tests, under ``tests/labs``."""
        return f"test_{self.id}.py"

    @property
    def program_name(self) -> str:
        """The file name of its program."""
        return f"{self.slug}.py"


@dataclass(frozen=True)
class Registry:
    """All labs of a checkout, in the order of the file.

    Attributes:
        root: the checkout; ``labs``, ``solutions`` and ``tests`` stand in it.
        labs: the labs.
    """

    root: Path
    labs: tuple[Lab, ...]

    def __iter__(self) -> Iterator[Lab]:
        return iter(self.labs)

    def __len__(self) -> int:
        return len(self.labs)

    def find(self, name: str) -> Lab:
        """The lab with that slug, id or number; ``labs/lab01_hit_counter/`` (a completed path) will do too.

        Raises:
            UnknownLab: there is none; the nearest names are given.
        """
        wanted = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1].removesuffix(".py").lower().replace("-", "_")
        number = wanted.removeprefix("lab")
        for lab in self.labs:
            if wanted in (lab.id.lower(), lab.slug.lower()) or (number.isdecimal() and int(number) == lab.number):
                return lab
        names = {key.lower(): lab.slug for lab in self.labs for key in (lab.slug, lab.id)}
        near = list(dict.fromkeys(names[key] for key in difflib.get_close_matches(wanted, names, n=5, cutoff=0.5)))
        if near:
            raise UnknownLab(f"there is no lab {name!r}. Did you mean {' or '.join(near[:3])}?")
        raise UnknownLab(f"there is no lab {name!r}. `synclab list` shows them all.")

    def choose(self, names: Iterable[str]) -> list[Lab]:
        """The labs of those names, each once; all of them where none is named.

        Raises:
            UnknownLab: there is none of that name.
        """
        return list(dict.fromkeys(self.find(name) for name in names)) or list(self.labs)

    def test_file(self, lab: Lab) -> Path:
        """Where a lab's tests stand."""
        return self.root / "tests" / "labs" / lab.test_name

    def readme(self, lab: Lab) -> Path:
        """Where a lab's text and its hints stand."""
        return self.root / "labs" / lab.id / "README.md"

    def program(self, lab: Lab) -> Path:
        """Where the student's program stands."""
        return self.root / "labs" / lab.id / lab.program_name

    def shipped(self, lab: Lab) -> Path:
        """Where a copy of the program as it came stands, whatever the student has made of it."""
        return self.variants(lab) / "shipped.py"

    def variants(self, lab: Lab) -> Path:
        """Where the programs stand that a lab's tests have to decide."""
        return self.root / "tests" / "variants" / lab.id


def find_root(start: Path) -> Path:
    """The checkout that `start` stands in: the nearest folder at or above it with ``labs/labs.toml``.

    Raises:
        BrokenRegistry: there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / REGISTRY).is_file():
            return folder
    raise BrokenRegistry(
        f"no {REGISTRY.as_posix()} in {start} or above it. Go to a checkout of synclab, or name one with --root."
    )


def load(root: Path | None = None) -> Registry:
    """Read and check the registry.

    Args:
        root: the checkout; None searches from the current folder upward.

    Raises:
        BrokenRegistry: it is missing, cannot be read, or says something that cannot be true; file and key are named.
    """
    if root is None:
        root = find_root(Path.cwd())
    file = root / REGISTRY
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BrokenRegistry(f"{file} is missing. --root wants the folder that `labs` stands in.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenRegistry(f"{file} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise BrokenRegistry(f"{file} is not valid TOML: {error}") from None
    for key in data:
        if key != "lab":
            raise BrokenRegistry(f"{file}: {key}: unknown; the file holds [[lab]] tables only")
    tables = data.get("lab")
    if not isinstance(tables, list) or not tables:
        raise BrokenRegistry(f"{file}: lab: at least one [[lab]] table is needed")
    labs = tuple(_lab(file, place, table) for place, table in enumerate(tables, 1))
    for key in ("id", "slug", "number"):
        seen: dict[object, str] = {}
        for lab in labs:
            value = getattr(lab, key)
            if value in seen:
                raise BrokenRegistry(f"{file}: {lab.id}: {key}: {value!r} is taken by {seen[value]} already")
            seen[value] = lab.id
    return Registry(root.resolve(), labs)


_TEXTS = ("id", "slug", "title", "part", "bug_class", "goal", "goal_test")
_OPTIONAL = ("stuck_alone", "bug_lines")
_LEAST = {"number": 1, "points": 0, "max_schedules": 1}


def _lab(file: Path, place: int, table: Any) -> Lab:
    """One checked ``[[lab]]`` table."""
    if not isinstance(table, Mapping):
        raise BrokenRegistry(f"{file}: lab: entry {place} is not a [[lab]] table")
    named = table.get("id")
    where = f"{file}: {named if isinstance(named, str) and named else f'[[lab]] number {place}'}"
    known = [field.name for field in fields(Lab)]
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise BrokenRegistry(f"{where}: {key}: unknown key" + (f"; did you mean {near[0]}?" if near else ""))
    for key in known:
        if key not in table and key not in _OPTIONAL:
            raise BrokenRegistry(f"{where}: {key}: missing")
    for key in _TEXTS:
        if not isinstance(table[key], str) or not table[key].strip():
            raise BrokenRegistry(f"{where}: {key}: {table[key]!r} is not a text, or empty")
    for key, least in _LEAST.items():
        value = table[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise BrokenRegistry(f"{where}: {key}: {value!r} is not a whole number from {least} on")
    if not isinstance(table.get("stuck_alone", False), bool):
        raise BrokenRegistry(f"{where}: stuck_alone: {table['stuck_alone']!r} is neither true nor false")
    lines = table.get("bug_lines", [])
    if not isinstance(lines, list) or not all(type(line) is int and line > 0 for line in lines):
        raise BrokenRegistry(f"{where}: bug_lines: {lines!r} is not a list of numbers of lines")
    concepts = table["concepts"]
    if not isinstance(concepts, list) or not concepts or not all(isinstance(c, str) and c.strip() for c in concepts):
        raise BrokenRegistry(f"{where}: concepts: {concepts!r} is not a list of texts, or empty")
    if not table["slug"].isidentifier():
        raise BrokenRegistry(f"{where}: slug: {table['slug']!r} is not the name of a Python module")
    # One rule binds folder, module, test file and number, so that each can be worked out from any other.
    expected = f"lab{table['number']:02d}_{table['slug']}"
    if table["id"] != expected:
        raise BrokenRegistry(f"{where}: id: {table['id']!r}; number and slug make it {expected!r}")
    return Lab(**{**table, "concepts": tuple(concepts), "bug_lines": tuple(lines)})
