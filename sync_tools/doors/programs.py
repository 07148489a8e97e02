"""The programs of a lab: as it comes, its solution, and the variants that its tests must accept or reject."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from sync_tools.doors.registry import Lab, Registry
from sync_tools.words.errors import UserError
from sync_tools.words.failure import KINDS

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


def expected_kind(program: Path) -> str:
    """The kind of failure that the header of a wrong variant names.

    Raises:
        UserError: it has no line ``kind: ...``, or several, or the kind is unknown.
    """
    header = ast.get_docstring(ast.parse(program.read_text(encoding="utf-8"))) or ""
    named = re.findall(r"^kind: (\S+)$", header, flags=re.MULTILINE)
    if len(named) != 1:
        raise UserError(f"{program}: the header must have exactly one line 'kind: ...', and has {len(named)}")
    if named[0] not in KINDS:
        raise UserError(f"{program}: there is no kind {named[0]!r}; say one of {', '.join(KINDS)}")
    return str(named[0])
