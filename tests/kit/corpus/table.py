"""The corpus: small programs whose folder says what the kit must say about them, and a table of what it says.

``right/NAME.py`` holds programs that no schedule breaks, ``wrong/NAME.py`` those that one does. Each has a one-line
docstring and a function ``scenario``; the docstring of a wrong one ends with a line ``fails: KIND``, or several kinds
with commas between them where different schedules break it in different ways. Run this file for the table.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from sync_tools import explore, replay
from sync_tools.drivers.exploration import Exploration
from sync_tools.words.errors import UserError

HERE = Path(__file__).resolve().parent
RIGHT, WRONG = "right", "wrong"
BUDGET = 2_000  # schedules; the largest program needs about 1,200


@dataclass(frozen=True)
class Program:
    """One file of the corpus."""

    path: Path

    @property
    def expectation(self) -> str:
        """RIGHT or WRONG: the folder in which it stands."""
        return self.path.parent.name

    @property
    def title(self) -> str:
        return f"{self.expectation}/{self.path.stem}"

    @property
    def is_right(self) -> bool:
        return self.expectation == RIGHT

    @contextmanager
    def loaded(self) -> Iterator[ModuleType]:
        """Import it under a name of its own, as a script or a test file is."""
        name = f"corpus_{self.expectation}_{self.path.stem}"
        spec = importlib.util.spec_from_file_location(name, self.path)
        assert spec is not None and spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
            yield module
        finally:
            del sys.modules[name]


def programs() -> list[Program]:
    """Every program, the right ones first."""
    return [Program(path) for side in (RIGHT, WRONG) for path in sorted((HERE / side).glob("*.py"))]


def kinds_named(docstring: str) -> tuple[str, ...]:
    """The kinds of failure in the last line of a docstring, none where it names none."""
    last = docstring.strip().splitlines()[-1]
    return tuple(last.removeprefix("fails: ").split(", ")) if last.startswith("fails: ") else ()


def mistake(program: Program, module: ModuleType, found: Exploration) -> str:
    """What is wrong with a verdict, or "" when it is the right one."""
    if program.is_right:
        if found.failure is not None:
            return f"is right, but: {found.failure.kind}: {found.failure.message}"
        if found.unseen:
            return f"something was not seen: {'; '.join(found.unseen)}"
        return "" if found.outcome == "passed" and found.complete else f"is right, but: {found.outcome}"
    named = kinds_named(module.__doc__ or "")
    if found.failure is None:
        return f"should fail with {' or '.join(named)}, but: {found.outcome}"
    if found.failure.kind not in named:
        return f"should fail with {' or '.join(named)}, but: {found.failure.kind}: {found.failure.message}"
    again = replay(module.scenario, found.failure.schedule)
    if again is None or again.kind != found.failure.kind:
        return f"its token {found.failure.schedule} shows {again.kind if again else 'nothing'} when it is replayed"
    return ""


def row(program: Program) -> tuple[str, str]:
    """One line of the table, and what is wrong with its verdict."""
    with program.loaded() as module:
        try:
            found = explore(module.scenario, max_schedules=BUDGET)
            wrong = mistake(program, module, found)
        except UserError as error:
            return f"{program.path.stem:44}{program.expectation:9}error", f"{type(error).__name__}: {error}"
    kind = found.failure.kind if found.failure else "-"
    line = f"{program.path.stem:44}{program.expectation:9}{found.outcome:14}{kind:19}"
    return f"{line}{found.schedules:8,}{found.redundant:11,}{found.seconds:9.2f}", wrong


def main() -> int:
    """Print the table; the exit code is 1 when a verdict is wrong."""
    parser = argparse.ArgumentParser(description="The kit's verdicts over the corpus.")
    parser.add_argument("names", nargs="*", help="programs to run (all, where none is named)")
    wanted = parser.parse_args().names
    chosen = [program for program in programs() if not wanted or program.path.stem in wanted]
    print(f"{'program':44}{'is':9}{'verdict':14}{'kind':19}{'classes':>8}{'redundant':>11}{'seconds':>9}")
    wrong = 0
    for program in chosen:
        line, why = row(program)
        wrong += bool(why)
        print(line + (f"\n    WRONG VERDICT: {why}" if why else ""), flush=True)
    right = sum(program.is_right for program in chosen)
    print(f"\n{len(chosen)} programs, {right} of them right; wrong verdicts: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
