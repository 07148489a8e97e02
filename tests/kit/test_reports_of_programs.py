"""The report of a real program for every kind of failure, pinned at 80 columns in reports/NAME.txt.

Where a report changes on purpose, run this file: ``python tests/kit/test_reports_of_programs.py`` writes them all anew.
Read what ``git diff tests/kit/reports`` shows before you commit it: names, lines and reasons must be true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from programs_of_verdicts import SHOWN, TOLD

from sync_tools import explore

REPORTS = Path(__file__).resolve().parent / "reports"
PROGRAMS = {**SHOWN, **TOLD}
_FOLDERS = re.compile(r'File ".*[/\\\\]')
_MARKS = re.compile(r"(?m)^ +[~^]+$\n")  # Python versions differ in what they mark


def reported(name: str) -> str:
    """The report of a program, the same wherever the checkout lies."""
    scenario, options = PROGRAMS[name]
    failure = explore(scenario, **options).failure
    assert failure is not None
    shown = _MARKS.sub("", _FOLDERS.sub('File "', failure.traceback))
    return replace(failure, traceback=shown).report(80) + "\n"


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_report_of_a_program_is_exactly(name: str) -> None:
    assert reported(name) == (REPORTS / f"{name}.txt").read_text(encoding="utf-8")


def test_every_report_has_its_program() -> None:
    assert {path.stem for path in REPORTS.iterdir()} == set(PROGRAMS)


def renewed() -> Iterator[str]:
    """Write all reports; yields the names of those that changed."""
    REPORTS.mkdir(exist_ok=True)
    for name in PROGRAMS:
        path, text = REPORTS / f"{name}.txt", reported(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            yield name


if __name__ == "__main__":
    for changed in renewed():
        print(f"tests/kit/reports/{changed}.txt")
