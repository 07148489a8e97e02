"""A pytest plugin that turns tests into :class:`CaseResult` values."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest

from sync_tools.doors.results import ERROR, FAILED, INCONCLUSIVE, PASSED, SKIPPED, CaseResult
from sync_tools.drivers.exploration import Exploration
from sync_tools.words.errors import FINDINGS, InternalError, ScenarioInconclusive, UserError
from sync_tools.words.failure import ENDLESS_LOOP

OnCase = Callable[[CaseResult, int], None]

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
        on_case: called after each test with its result, and with how many are still to come that are not on OS threads.
        world: "explored" leaves out the tests on OS threads, "native" runs only those, "" runs all.
    """

    def __init__(
        self,
        on_test: Callable[[str, int, int], None] | None = None,
        only: str = "",
        on_case: OnCase | None = None,
        world: str = "",
    ) -> None:
        self._cases: dict[str, CaseResult] = {}  # by pytest's name
        self.fault: InternalError | None = None
        self.failures: list[Exploration] = []  # every failing exploration, those of drawn inputs too
        self._on_test = on_test
        self._only = only
        self._on_case = on_case
        self._world = world
        self._order: list[str] = []  # of the tests, as they stand in the file
        self._runs: list[Exploration] = []
        self._total = 0
        self._stressed = 0
        self._begun = 0

    @property
    def cases(self) -> list[CaseResult]:
        """The results, in the order of the file."""
        return [self._cases[node] for node in self._order if node in self._cases]

    @property
    def left_out(self) -> int:
        """How many tests were not run."""
        return len(self._order) - len(self._cases)

    def explored(self, result: Exploration) -> None:
        """Take note of one exploration or stress run of the current test."""
        self._runs.append(result)
        if result.failure is not None:
            self.failures.append(result)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests that are asked for, count them, and put those on OS threads last.

        They take the longest and say the least: whoever waits for a verdict gets that of the explored ones first.
        """
        if self._only:
            items[:] = [item for item in items if getattr(item, "originalname", item.name) == self._only]
        if self._world:
            items[:] = [item for item in items if _is_stressed(item) == (self._world == "native")]
        self._total = len(items)
        self._order = [item.nodeid for item in items]
        self._stressed = sum(map(_is_stressed, items))
        items.sort(key=_is_stressed)

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
        case = self._cases[item.nodeid] = CaseResult(
            name=item.name,
            node=item.nodeid,
            outcome=outcome,
            kind=failure.kind if failure else "",
            seconds=report.duration,
            world=self._runs[0].world if self._runs else "",
            inputs=len(self._runs),
            schedules=sum(run.schedules for run in self._runs),
            largest=max((run.schedules for run in self._runs), default=0),
            threads=max((run.threads for run in self._runs), default=0),
            drawn=bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False)),
            complete=bool(self._runs) and all(run.complete for run in self._runs),
            failure=failure,
            text=text,
            notes=_notes(error),
        )
        if case.kind == ENDLESS_LOOP:
            # Each of the others would run to the same limit, which takes its time, and none would say more.
            item.session.shouldfail = "a loop does not end"
        if self._on_case is not None:
            self._on_case(case, max(0, self._total - self._stressed - self._begun))

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


def _is_stressed(item: pytest.Item) -> bool:
    # hypothesis' @given hands on what the test under it has.
    return getattr(getattr(item, "obj", None), "world", "") == "native"


def _notes(error: BaseException | None) -> tuple[str, ...]:
    """The inputs that hypothesis drew; what it says about its own database is left out."""
    notes = getattr(error, "__notes__", ())
    drawn = (note for note in notes if isinstance(note, str) and note.startswith(_DRAWN))
    return tuple(note.partition("\nExplanation:")[0] for note in drawn)
