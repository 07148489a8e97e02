"""Every lab: the schedule that breaks it as it came, in every right program for it, and in itself.

The text of two labs is pinned in diffs/NAME.txt. Where it changes on purpose, run this file:
``python tests/kit/test_diff_labs.py`` writes both anew. Read what ``git diff tests/kit/diffs`` shows before you commit.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from small_checkout import REPOSITORY

from sync_tools import explore, replay
from sync_tools.doors import registry as registries
from sync_tools.doors.labrun import run_pytest
from sync_tools.drivers.comparing import compare
from sync_tools.drivers.replay import MATTER
from sync_tools.instrument.loader import LabModule
from sync_tools.presentation.diff_text import MOST_LINES, render
from sync_tools.presentation.report import verdict
from sync_tools.words.comparison import NONE, SAME, Comparison
from sync_tools.words.position import FAILED, PASSED

pytestmark = pytest.mark.once

REGISTRY = registries.load(REPOSITORY)
DIFFS = Path(__file__).resolve().parent / "diffs"
PINNED = ("hit_counter", "bank_abba")


class Comparing:
    """A pytest plugin in place of the test of a lab's goal, so that its fixtures and asserts are the real ones."""

    def __init__(self, lab: registries.Lab, shipped: Path, programs: list[Path]) -> None:
        self.lab = lab
        self.shipped = shipped
        self.programs = programs
        self.found: dict[str, Comparison] = {}
        self.again: dict[str, Comparison] = {}
        self.replayed: dict[str, Any] = {}
        self.error: BaseException | None = None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.name == self.lab.goal_test]

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        try:
            self.compare(pyfuncitem)
        except BaseException as error:
            self.error = error
        return True

    def compare(self, item: pytest.Function) -> None:
        scenario, options = item.obj.scenario, item.obj.options
        given = {name: value for name, value in item.funcargs.items() if isinstance(value, LabModule)}
        matter = {name: options[name] for name in MATTER if name in options}

        def with_program(path: Path) -> dict[str, Any]:
            return {name: LabModule(self.lab.id, path) for name in given}

        before = with_program(self.shipped)
        failure = explore(scenario, kwargs=before, **options).failure
        assert failure is not None
        for path in self.programs:
            after = with_program(path)
            call = {"before": before, "after": after, "name": self.lab.slug, **matter}
            self.found[path.name] = compare(scenario, failure.schedule, **call)
            self.again[path.name] = compare(scenario, failure.schedule, **call)
            token = self.found[path.name].schedule
            self.replayed[path.name] = replay(scenario, token, kwargs=after, **matter)


@contextmanager
def compared(lab: registries.Lab, *programs: Path) -> Iterator[Comparing]:
    """What the schedule that breaks a lab does in other programs; the lab's own is called as the student knows it."""
    with TemporaryDirectory() as folder:
        shipped = Path(folder) / lab.program_name
        shutil.copyfile(REGISTRY.shipped(lab), shipped)
        plugin = Comparing(lab, shipped, [*programs, shipped] if not programs else list(programs))
        options = ["-q", "-o", "addopts=", "-p", "no:cacheprovider"]
        run_pytest(REGISTRY, lab, str(shipped), options, [plugin])
        if plugin.error is not None:
            raise plugin.error
        yield plugin


def solution(lab: registries.Lab) -> Path:
    return REGISTRY.root / "solutions" / lab.id / lab.program_name


@pytest.mark.parametrize("lab", list(REGISTRY), ids=lambda lab: lab.slug)
def test_every_right_program_gets_past_the_schedule_and_the_text_fits_a_screen(lab):
    others = sorted(REGISTRY.variants(lab).glob("other_*.py"))
    assert len(others) >= 3
    with compared(lab, solution(lab), *others) as plugin:
        for name, found in plugin.found.items():
            assert (found.outcome, found.failure, found.given_up) == (PASSED, None, False), name
            assert plugin.replayed[name] is None, f"{name}: the schedule that is told is one of this program"
            assert plugin.again[name] == found, f"{name}: it is the same every time"
            told = {row.before.number for row in found.rows if row.before is not None}
            missing = {step.number for step in found.before.steps} - told
            # An assertion that explains itself looks once more.
            assert all(found.before.steps[number - 1].site.source.startswith("assert ") for number in missing), name
            for width in (60, 80, 120):
                lines = render(found, width, f"synclab run {lab.slug}").splitlines()
                assert max(map(len, lines)) <= width, name
                assert all(line.isascii() and line == line.rstrip() for line in lines), name
                assert len(lines) <= MOST_LINES or width < 80, name


@pytest.mark.parametrize("lab", list(REGISTRY), ids=lambda lab: lab.slug)
def test_the_lab_as_it_came_compared_with_itself_makes_no_difference(lab):
    with compared(lab) as plugin:
        (found,) = plugin.found.values()
        assert (found.kind, found.outcome, found.renamed) == (NONE, FAILED, ())
        assert {row.mark for row in found.rows if row.before is not None} == {SAME}
        assert found.failure is not None
        assert verdict(found.failure) == verdict(found.before)
        (again,) = plugin.replayed.values()
        assert verdict(again) == verdict(found.before)


def drawn(slug: str) -> str:
    """The text for a lab and its solution at 80 columns."""
    lab = REGISTRY.find(slug)
    with compared(lab, solution(lab)) as plugin:
        (found,) = plugin.found.values()
        return render(found, 80, f"synclab run {slug}") + "\n"


@pytest.mark.parametrize("slug", PINNED)
def test_the_text_of_a_lab_is_exactly(slug):
    assert drawn(slug) == (DIFFS / f"{slug}.txt").read_text(encoding="utf-8")


def test_every_pinned_text_has_its_lab():
    assert {path.stem for path in DIFFS.iterdir()} == set(PINNED)


if __name__ == "__main__":
    DIFFS.mkdir(exist_ok=True)
    for name in PINNED:
        (DIFFS / f"{name}.txt").write_text(drawn(name), encoding="utf-8", newline="\n")
