"""Run one lab's tests inside of this process, quietly, and hand the results back as values.

pytest is imported here, so the command line imports this module only when it runs a lab.
"""

from __future__ import annotations

import io
import linecache
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, ParamSpec

import pytest

from sync_tools.doors.collecting import Collecting, OnCase
from sync_tools.doors.registry import Lab, Registry
from sync_tools.doors.results import LabResult
from sync_tools.doors.targets import program_path
from sync_tools.drivers.decorators import subscribe
from sync_tools.instrument.loader import LabModule
from sync_tools.words.errors import InternalError, UserError

P = ParamSpec("P")
OnTest = Callable[[str, int, int], None]

# no:unraisableexception: it collects garbage ten times a run, a quarter of its time, and what an object's end raises it
# blames on the test that happens to run then, so that a verdict would depend on when that is.
# -o addopts: what a checkout adds for people (such as -n 2) must not change how the kit runs one file.
_QUIET = (
    "-q",
    "-o",
    "addopts=",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
)


# This process has imported the kit before pytest could rewrite its asserts, which is fine and worth no warning.
_UNREWRITTEN = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


def run_lab(
    registry: Registry,
    lab: Lab,
    target: str,
    on_test: OnTest | None = None,
    only: str = "",
    on_case: OnCase | None = None,
    *,
    world: str = "",
    stop_early: bool = False,
    seed: int = 0,
    rounds: int | None = None,
) -> LabResult:
    """Run a lab's tests against a target.

    Args:
        registry: the checkout's registry.
        lab: which lab.
        target: "labs", "solutions", a folder, or the program's file.
        on_test: called before each test with its name, its place (from 0) and how many there are.
        only: run just the test function of that name.
        on_case: called after each test with its result, and with how many are still to come that are not on OS
            threads; those come last, whatever the order of the file is.
        world: "explored" leaves out the tests on OS threads, "native" runs only those, "" runs all.
        stop_early: leave out what comes after the first test that does not pass.
        seed: of drawn inputs and of random choices. The same one gives the same inputs, so the same verdict.
        rounds: at most that many in stressed tests; None for as many as they name.

    Returns:
        The results of the tests, in the order of the file.

    Raises:
        BrokenLab: the program has a syntax error.
        UserError: the program or its tests are missing, or the tests cannot be collected.
        InternalError: the kit itself is at fault.
    """
    linecache.checkcache()  # a program that was saved since the last run is quoted as it is now
    LabModule(lab.id, program_path(registry.root, lab, target)).check()
    collecting = Collecting(_outside(on_test), only, _outside(on_case), world)
    options = ["--capture=sys", *_QUIET, f"--hypothesis-seed={seed}", f"--sync-seed={seed}", *["-x"] * stop_early]
    options += [] if rounds is None else [f"--sync-rounds={rounds}"]
    unsubscribe = subscribe(collecting.explored)
    try:
        # A debugger would wait for somebody who sees nothing of it: what it says is caught with all the rest. Where
        # schedules are explored breakpoint() is an error that says so; on OS threads it does nothing.
        with _environment("PYTHONBREAKPOINT", "0"):
            run_pytest(registry, lab, target, options, [collecting])
    finally:
        unsubscribe()
    if collecting.fault is not None:
        raise collecting.fault
    return LabResult(lab, target, tuple(collecting.cases), collecting.left_out)


def _outside(call: Callable[P, None] | None) -> Callable[P, None] | None:
    """Have `call` see the streams as they are now, and not those that catch what pytest and the program print."""
    if call is None:
        return None
    told, out, err = call, sys.stdout, sys.stderr

    def outside(*args: P.args, **kwargs: P.kwargs) -> None:
        with redirect_stdout(out), redirect_stderr(err):
            told(*args, **kwargs)

    return outside


def run_pytest(registry: Registry, lab: Lab, target: str, options: Sequence[str], plugins: Sequence[Any]) -> None:
    """Run pytest on a lab's test file without its terminal output.

    Raises:
        UserError: the file is missing, or pytest cannot collect it.
        KeyboardInterrupt: the user stopped it.
        InternalError: pytest itself failed.
    """
    file = registry.test_file(lab)
    if not file.is_file():
        raise UserError(f"{file} is missing: {lab.slug} has no tests.")
    watch = _Watch()
    said = io.StringIO()
    arguments = [str(file), f"--rootdir={registry.root}", f"--target={target}", *_kit_plugin(), *_UNREWRITTEN, *options]
    with _own_imports(registry.root), _environment("PYTEST_ADDOPTS"), redirect_stdout(said), redirect_stderr(said):
        code = pytest.main(arguments, plugins=[watch, *plugins])
    if watch.interrupted:
        raise KeyboardInterrupt
    if watch.collection_error:
        raise UserError(f"the tests of {lab.slug} cannot be loaded:\n{watch.collection_error}")
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise UserError(f"{file}: no test was run; is there one that fits?")
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise InternalError(
            f"pytest ended with {pytest.ExitCode(code).name} when it ran {file}; it said:\n{said.getvalue().strip()}\n"
        )


class _Watch:
    """What pytest would otherwise say on the terminal only."""

    def __init__(self) -> None:
        self.interrupted = False
        self.collection_error = ""

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        # pytest stops itself in the same way when tests cannot be loaded; only the user's Ctrl-C ends the command.
        self.interrupted = not isinstance(excinfo.value, pytest.Session.Interrupted | pytest.exit.Exception)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.collection_error:
            self.collection_error = report.longreprtext


def _kit_plugin() -> list[str]:
    """Options that load the kit's pytest plugin.

    Installed, it is loaded by its entry point's name: by the module's name it would be registered twice.
    """
    installed = any(point.name == "synclab" for point in entry_points(group="pytest11"))
    return ["-p", "synclab" if installed else "sync_tools.doors.pytest_plugin"]


@contextmanager
def _own_imports(root: Path) -> Iterator[None]:
    """Import the checkout's test modules anew, and leave none behind: another checkout may have the same names."""
    path = list(sys.path)
    kept = _take_out(root)
    try:
        yield
    finally:
        _take_out(root)
        sys.modules.update(kept)
        sys.path[:] = path


def _take_out(root: Path) -> dict[str, ModuleType]:
    """Take the modules out of ``sys.modules`` that are of this folder, or in the way of such a one."""
    folder = root / "tests" / "labs"
    names = {path.stem for path in folder.glob("*.py")}
    inside = str(folder) + os.sep
    return {
        name: sys.modules.pop(name)
        for name, module in list(sys.modules.items())
        if name in names or (getattr(module, "__file__", None) or "").startswith(inside)
    }


@contextmanager
def _environment(name: str, value: str | None = None) -> Iterator[None]:
    """Give a variable another value; with None, none."""
    kept = os.environ.pop(name, None)
    if value is not None:
        os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name, None)
        if kept is not None:
            os.environ[name] = kept
