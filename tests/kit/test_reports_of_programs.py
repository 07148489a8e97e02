"""The report of a real program for every kind of failure and every class of bug, pinned in reports/WIDTH/NAME.txt.

Where a report changes on purpose, run this file: ``python tests/kit/test_reports_of_programs.py`` writes them all anew.
Read what ``git diff tests/kit/reports`` shows before you commit it: names, lines and reasons must be true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from programs_of_bug_classes import PROGRAMS

from sync_tools import explore
from sync_tools.words.failure import BUG_CLASSES, KINDS, Failure

REPORTS = Path(__file__).resolve().parent / "reports"
WIDTHS = (80, 140)
_FOLDERS = re.compile(r'File ".*[/\\\\]')


@cache
def failure_of(name: str) -> Failure:
    """The failure of a program, the same wherever the checkout lies."""
    scenario, options = PROGRAMS[name]
    failure = explore(scenario, **options).failure
    assert failure is not None
    return replace(failure, traceback=_FOLDERS.sub('File "', failure.traceback))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_report_of_a_program_is_exactly(name: str, width: int) -> None:
    assert failure_of(name).report(width) + "\n" == (REPORTS / str(width) / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_report_has_its_program(width: int) -> None:
    assert {path.stem for path in (REPORTS / str(width)).iterdir()} == set(PROGRAMS)


def test_there_is_a_program_for_every_kind_of_failure_and_every_class_of_bug() -> None:
    failures = [failure_of(name) for name in PROGRAMS]
    assert {failure.kind for failure in failures} == set(KINDS)
    assert {failure.bug_class for failure in failures} == set(BUG_CLASSES)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_is_named_after_a_class_of_bug_shows_it(name: str) -> None:
    called = name.replace("_", " ").replace("check then act", "check-then-act")
    if called in BUG_CLASSES:
        assert failure_of(name).bug_class == called


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_steps_that_met_are_two_threads_steps_and_the_reasons_name_them(name: str) -> None:
    failure = failure_of(name)
    met = [failure.steps[number - 1] for number in failure.conflict]
    assert len({step.thread for step in met}) == len(met)
    for step in met:
        assert any(re.search(rf"#{step.number}\b", sentence) for sentence in failure.why)
    assert failure.places or failure.bug_class in ("unclassified", "sequential error", "livelock")


def renewed() -> Iterator[str]:
    """Write all reports; yields the names of those that changed."""
    for width in WIDTHS:
        folder = REPORTS / str(width)
        folder.mkdir(parents=True, exist_ok=True)
        for name in PROGRAMS:
            path, text = folder / f"{name}.txt", failure_of(name).report(width) + "\n"
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8", newline="\n")
                yield f"{width}/{name}"


if __name__ == "__main__":
    for changed in renewed():
        print(f"tests/kit/reports/{changed}.txt")
