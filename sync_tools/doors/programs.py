"""The programs of a lab: as it comes, its solution, and the variants that its tests must accept or reject."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from sync_tools.doors.registry import Lab, Registry
from sync_tools.words.errors import UserError
from sync_tools.words.failure import BUG_CLASSES, KINDS

SHIPPED, SOLUTION, OTHER, WRONG = "shipped", "solution", "other", "wrong"


@dataclass(frozen=True)
class Program:
    """One program of one lab.

    Attributes:
        lab: the lab.
        role: SHIPPED, SOLUTION, OTHER (right) or WRONG.
        name: "shipped", "solution", or the variant's file name without its ending.
        path: the file.
    """

    lab: Lab
    role: str
    name: str
    path: Path


def programs_of(registry: Registry, lab: Lab) -> list[Program]:
    """All programs of a lab: as it comes, the solution, right variants, wrong variants.

    Raises:
        UserError: the lab has no variants, as in a student's copy.
    """
    shipped = registry.shipped(lab)
    if not shipped.is_file():
        raise UserError(f"{shipped} is missing: there is nothing to check {lab.slug} against.")
    solution = registry.root / "solutions" / lab.id / lab.program_name
    if not solution.is_file():
        raise UserError(f"{solution} is missing: {lab.slug} has no solution here, so it cannot be checked.")
    found = [Program(lab, SHIPPED, SHIPPED, shipped), Program(lab, SOLUTION, SOLUTION, solution)]
    for role in (OTHER, WRONG):
        found += [Program(lab, role, path.stem, path) for path in sorted(registry.variants(lab).glob(f"{role}_*.py"))]
    return found


@dataclass(frozen=True)
class Expected:
    """How a program is to fail.

    Attributes:
        kind: the failure's kind.
        bug_class: what it is called.
        lines: those of the program that its report has to name; none where it is about no lines in particular.
    """

    kind: str
    bug_class: str
    lines: tuple[int, ...] = ()


def expected_failure(program: Path) -> Expected:
    """What the header of a wrong variant names: ``kind: ...``, ``class: ...`` and, where it has some, ``lines: ...``.

    Raises:
        UserError: it has no kind or class, or several, or the kind is unknown, or its lines are no numbers.
    """
    header = ast.get_docstring(ast.parse(program.read_text(encoding="utf-8"))) or ""
    kind, bug_class = _named(program, header, "kind"), _named(program, header, "class")
    if kind not in KINDS:
        raise UserError(f"{program}: there is no kind {kind!r}; say one of {', '.join(KINDS)}")
    if bug_class not in BUG_CLASSES:
        raise UserError(f"{program}: there is no class {bug_class!r}; say one of {', '.join(BUG_CLASSES)}")
    lines = _named(program, header, "lines", needed=False)
    if not re.fullmatch(r"(\d+(, \d+)*)?", lines):
        raise UserError(f"{program}: lines: {lines!r} are no numbers of lines, such as 'lines: 21, 23'")
    return Expected(kind, bug_class, tuple(map(int, lines.split(", "))) if lines else ())


def _named(program: Path, header: str, what: str, needed: bool = True) -> str:
    named = re.findall(rf"^{what}: (.+)$", header, flags=re.MULTILINE)
    if len(named) > 1 or (needed and not named):
        raise UserError(f"{program}: the header must have exactly one line '{what}: ...', and has {len(named)}")
    return str(named[0]).strip() if named else ""
