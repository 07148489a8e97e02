"""Run a lab's tests against mechanical mutants of its right programs: each must be rejected, or be known as harmless.

What is known stands beside the variants, in ``equivalent.toml``: a table for each, with the mutants' names, the
programs, and the reason why no test should reject them.
"""

from __future__ import annotations

import fnmatch
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync_tools.doors.labrun import run_lab
from sync_tools.doors.pool import run_all
from sync_tools.doors.programs import OTHER, SOLUTION, Program, programs_of
from sync_tools.doors.registry import Lab, Registry, load, tomllib
from sync_tools.mutants.mutant import Mutant, mutants_of
from sync_tools.words.errors import BrokenRegistry, UserError

EQUIVALENT = "equivalent.toml"
KILLED, HARMLESS, SURVIVED, BROKEN = "killed", "harmless", "SURVIVED", "BROKEN"


@dataclass(frozen=True)
class Harmless:
    """Mutants that are right programs too.

    Attributes:
        mutants: their names; ``*`` stands for anything.
        programs: names of the programs, such as "solution"; ``*`` stands for anything.
        why: the reason.
    """

    mutants: tuple[str, ...]
    programs: tuple[str, ...]
    why: str

    def fits(self, program: str, mutant: str) -> bool:
        """True when it speaks of that mutant of that program."""
        return any(fnmatch.fnmatchcase(program, known) for known in self.programs) and any(
            fnmatch.fnmatchcase(mutant, known) for known in self.mutants
        )


@dataclass(frozen=True)
class Trial:
    """One mutant to be tried; a plain value, for it goes to another process."""

    root: Path
    lab: str
    program: str
    mutant: Mutant


@dataclass(frozen=True)
class Judged:
    """What became of a mutant.

    Attributes:
        trial: the mutant.
        state: KILLED (a test did not pass), HARMLESS (all passed, and it is known why), SURVIVED (all passed), or
            BROKEN (it could not be run).
        by: the test that rejected it, and how; why it is harmless; or the error.
    """

    trial: Trial
    state: str
    by: str


def harmless_mutants(registry: Registry, lab: Lab) -> list[Harmless]:
    """What is known about a lab's mutants.

    Raises:
        BrokenRegistry: the file says something that cannot be true.
    """
    file = registry.variants(lab) / EQUIVALENT
    if not file.exists():
        return []
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8")).get("equivalent", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenRegistry(f"{file}: {error}") from None
    found = []
    for place, table in enumerate(tables, 1):
        if not _whole(table):
            raise BrokenRegistry(f"{file}: table {place} needs mutants, programs and why, and nothing else")
        known = Harmless(tuple(table["mutants"]), tuple(table["programs"]), table["why"])
        found.append(known)
    return found


def _whole(table: dict[str, Any]) -> bool:
    """Whether a table names mutants and programs and gives a reason, and has no other key."""
    names = [table.get("mutants"), table.get("programs")]
    listed = all(isinstance(each, list) and each and all(isinstance(name, str) for name in each) for each in names)
    why = table.get("why")
    return listed and isinstance(why, str) and bool(why.strip()) and len(table) == 3


def trials(registry: Registry, lab: Lab) -> list[Trial]:
    """Every mutant of the solution and of each right variant.

    Raises:
        UserError: the lab has no variants here.
    """
    right: Sequence[Program] = [each for each in programs_of(registry, lab) if each.role in (SOLUTION, OTHER)]
    return [
        Trial(registry.root, lab.id, program.name, mutant)
        for program in right
        for mutant in mutants_of(program.path.read_text(encoding="utf-8"))
    ]


def judge_all(registry: Registry, labs: Sequence[Lab], processes: int | None = None) -> list[Judged]:
    """Try all mutants of some labs.

    Args:
        registry: the checkout's registry.
        labs: which.
        processes: how many at a time; None for one a core.

    Raises:
        BrokenRegistry: what is known about a lab's mutants cannot be read.
        UserError: a lab has no variants here.
    """
    known = {lab.id: harmless_mutants(registry, lab) for lab in labs}
    todo = [trial for lab in labs for trial in trials(registry, lab)]
    judged = run_all(try_one, todo, processes, lambda trial: f"{trial.lab} {trial.program}")
    return [_excuse(each, known[each.trial.lab]) for each in judged]


def _excuse(judged: Judged, known: Sequence[Harmless]) -> Judged:
    trial = judged.trial
    why = next((each.why for each in known if each.fits(trial.program, trial.mutant.name)), None)
    if why is None or judged.state == BROKEN:
        return judged
    if judged.state == KILLED:
        return Judged(trial, BROKEN, f"{EQUIVALENT} calls it harmless, and it was rejected: {judged.by}")
    return Judged(trial, HARMLESS, why)


def idle_problems(registry: Registry, labs: Sequence[Lab], judged: Sequence[Judged]) -> list[str]:
    """Entries of ``equivalent.toml`` that speak of no mutant any more, a sentence each."""
    found = []
    for lab in labs:
        tried = [each.trial for each in judged if each.trial.lab == lab.id]
        for known in harmless_mutants(registry, lab):
            if not any(known.fits(trial.program, trial.mutant.name) for trial in tried):
                found.append(f"{lab.slug}: {EQUIVALENT} speaks of {', '.join(known.mutants)}: there is no such mutant")
    return found


def try_one(trial: Trial) -> Judged:
    """Run the lab's tests against one mutant, without those on OS threads: what they find is not certain."""
    registry = load(trial.root)
    lab = registry.find(trial.lab)
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, lab.program_name)
        program.write_text(trial.mutant.text + "\n", encoding="utf-8")
        try:
            result = run_lab(registry, lab, str(program), world="explored", stop_early=True)
        except UserError as error:
            return Judged(trial, BROKEN, str(error))
    case = next((case for case in result.cases if case.outcome != "passed"), None)
    if case is None:
        return Judged(trial, SURVIVED, "")
    return Judged(trial, KILLED, f"{case.name}: {case.kind or case.outcome}")
