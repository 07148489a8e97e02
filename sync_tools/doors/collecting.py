"""A pytest plugin that turns tests into :class:`CaseResult` values."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest

from sync_tools.doors.results import ERROR, FAILED, INCONCLUSIVE, PASSED, SKIPPED, CaseResult
from sync_tools.drivers.exploration import Exploration
from sync_tools.words.errors import FINDINGS, InternalError, ScenarioInconclusive, UserError

# How hypothesis, in its versions, begins the note that holds the drawn inputs.
_DRAWN = ("Failing test case", "Falsifying example")


def root_cause(error: BaseException) -> BaseException:
    """The finding in an error: a group (hypothesis makes one of distinct failures) is opened."""
    # Known by its attribute: the class is built in only from Python 3.11 on.
    while inner := getattr(error, "exceptions", ()):
        error = next((one for one in inner if isinstance(one, FINDINGS)), inner[0])
    return error


class Collecting:
    """Collects the results of all tests of a run.

    Args:
        on_test: called before each test with its name, its place (from 0) and how many there are.
        only: name of the one test function to run; "" for all.
        stressed: False leaves out the tests on OS threads.
    """

    def __init__(
        self, on_test: Callable[[str, int, int], None] | None = None, only: str = "", stressed: bool = True
    ) -> None:
        self.cases: list[CaseResult] = []
        self.fault: InternalError | None = None
        self.failures: list[Exploration] = []  # every failing exploration, those of drawn inputs too
        self._on_test = on_test
        self._only = only
        self._stressed = stressed
        self._runs: list[Exploration] = []
        self._total = 0
        self._begun = 0

    def explored(self, result: Exploration) -> None:
        """Take note of one exploration or stress run of the current test."""
        self._runs.append(result)
        if result.failure is not None:
            self.failures.append(result)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests that are asked for, and count them."""
        if self._only:
            items[:] = [item for item in items if getattr(item, "originalname", item.name) == self._only]
        if not self._stressed:
            items[:] = [item for item in items if getattr(getattr(item, "obj", None), "world", "") != "native"]
        self._total = len(items)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self._runs = []
        if self._on_test is not None:
            self._on_test(nodeid.rpartition("::")[2], self._begun, self._total)
        self._begun += 1

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """One phase of a test has ended."""
        report = yield
        if report.when == "call" or not report.passed:
            self._add(item, call, report)
        return report

    def _add(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
        error = root_cause(call.excinfo.value) if call.excinfo is not None else None
        if isinstance(error, InternalError) and self.fault is None:
            self.fault = error
        outcome, text = self._judge(error, report)
        failure = error.failure if isinstance(error, FINDINGS) else None
        # A teardown that fails comes after the test's own result, and takes its place.
        self.cases = [case for case in self.cases if case.node != item.nodeid]
        self.cases.append(
            CaseResult(
                name=item.name,
                node=item.nodeid,
                outcome=outcome,
                kind=failure.kind if failure else "",
                seconds=report.duration,
                world=self._runs[0].world if self._runs else "",
                inputs=len(self._runs),
                schedules=sum(run.schedules for run in self._runs),
                largest=max((run.schedules for run in self._runs), default=0),
                complete=bool(self._runs) and all(run.complete for run in self._runs),
                failure=failure,
                text=text,
                notes=_notes(error),
            )
        )

    @staticmethod
    def _judge(error: BaseException | None, report: pytest.TestReport) -> tuple[str, str]:
        if report.passed:
            return PASSED, ""
        if report.skipped:
            return SKIPPED, str(error)
        if isinstance(error, ScenarioInconclusive):
            return INCONCLUSIVE, str(error)
        if isinstance(error, UserError):
            return ERROR, str(error)
        if report.when != "call":
            return ERROR, report.longreprtext
        return FAILED, "" if isinstance(error, FINDINGS) else report.longreprtext


def _notes(error: BaseException | None) -> tuple[str, ...]:
    """The inputs that hypothesis drew; what it says about its own database is left out."""
    notes = getattr(error, "__notes__", ())
    drawn = (note for note in notes if isinstance(note, str) and note.startswith(_DRAWN))
    return tuple(note.partition("\nExplanation:")[0] for note in drawn)
