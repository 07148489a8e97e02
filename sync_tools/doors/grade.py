"""Grading: points a lab, and a JUnit XML file for whoever collects them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from sync_tools.doors.registry import Lab, Registry
from sync_tools.doors.results import ERROR, PASSED, SKIPPED, CaseResult, LabResult
from sync_tools.words.errors import UserError

# Characters that XML 1.0 cannot hold, not even escaped; a program may print any of them.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Grade:
    """What one lab earned.

    Attributes:
        lab: the lab.
        result: of its tests, or None where they could not be run.
        problem: why they could not be run, or "".
    """

    lab: Lab
    result: LabResult | None
    problem: str = ""

    @property
    def points(self) -> int:
        """All of the lab's points or none: a program that still has a race is not nearly right."""
        return self.lab.points if self.outcome == PASSED else 0

    @property
    def outcome(self) -> str:
        """ "passed", "failed", "inconclusive", or "error" where the tests could not be run."""
        return self.result.outcome if self.result else ERROR


def grade_labs(labs: Iterable[Lab], run: Callable[[Lab], LabResult]) -> list[Grade]:
    """Run each lab; one that cannot be run gets no points, and the next one its turn."""
    grades = []
    for lab in labs:
        try:
            grades.append(Grade(lab, run(lab)))
        except UserError as error:
            grades.append(Grade(lab, None, str(error)))
    return grades


def junit(grades: Iterable[Grade], registry: Registry, target: str) -> str:
    """The grades as JUnit XML: a suite a lab, a test case a test. An inconclusive test counts as a failure."""
    root = ElementTree.Element("testsuites", name="synclab")
    for grade in grades:
        cases = grade.result.cases if grade.result else ()
        if grade.result is None:
            cases = (CaseResult("program", "", ERROR, text=grade.problem),)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=grade.lab.id,
            tests=str(len(cases)),
            failures=str(sum(case.outcome not in (PASSED, ERROR, SKIPPED) for case in cases)),
            errors=str(sum(case.outcome == ERROR for case in cases)),
            skipped=str(sum(case.outcome == SKIPPED for case in cases)),
            time=f"{sum(case.seconds for case in cases):.3f}",
        )
        properties = ElementTree.SubElement(suite, "properties")
        for key, value in (("points", grade.points), ("of", grade.lab.points), ("target", target)):
            ElementTree.SubElement(properties, "property", name=key, value=_clean(str(value)))
        for case in cases:
            _case(suite, grade.lab, case)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, lab: Lab, case: CaseResult) -> None:
    element = ElementTree.SubElement(
        suite, "testcase", classname=lab.id, name=_clean(case.name), time=f"{case.seconds:.3f}"
    )
    if case.outcome == PASSED:
        return
    text = case.report(100)
    tag = {ERROR: "error", SKIPPED: "skipped"}.get(case.outcome, "failure")
    message = case.failure.message if case.failure else text
    found = ElementTree.SubElement(
        element, tag, type=case.kind or case.outcome, message=_clean(message.strip().partition("\n")[0])
    )
    found.text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_XML.sub("?", text)


def check_writable(path: Path) -> None:
    """Say before the labs are run, not after, that a file cannot be written.

    Raises:
        UserError: its folder is missing, or it is a folder itself.
    """
    if path.is_dir():
        raise UserError(f"{path} is a folder; --junit wants a file.")
    if not path.resolve().parent.is_dir():
        raise UserError(f"{path.parent} is not a folder, so {path.name} cannot be written there.")
