"""The pytest plugin: the ``lab`` fixture, ``--target``, and failures shown as reports.

Plain ``pytest`` runs the kit's own tests and the solutions. A path under ``tests/labs`` on the command line means the
student's view: the target is then ``labs``.
"""

from __future__ import annotations

import logging
import re
import shutil
import sys
import textwrap
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import ExceptionChainRepr, ReprFileLocation, ReprTracebackNative

from sync_tools.doors import sync_html, sync_log, sync_replay
from sync_tools.doors.commands import lab_commands
from sync_tools.doors.registry import load
from sync_tools.doors.targets import LABS, SOLUTIONS, program_path
from sync_tools.drivers import decorators
from sync_tools.instrument.loader import LabModule
from sync_tools.presentation import report as _draws_failures
from sync_tools.words.errors import FINDINGS, ScenarioInconclusive, UserError

assert _draws_failures  # imported for its effect: failures know how to draw themselves from here on

_PREFIX = "test_"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--target``, ``--instrument``, ``--sync-seed``, ``--sync-rounds`` and the ini option ``sync_instrument``."""
    group = parser.getgroup("synclab")
    group.addoption(
        "--target",
        metavar="labs|solutions|DIR|FILE",
        help="whose programs the labs' tests run against (labs when tests/labs is named, else solutions if any)",
    )
    group.addoption(
        "--instrument",
        action="append",
        default=[],
        metavar="PACKAGE",
        help="a further package whose accesses to shared state are seen; may be repeated",
    )
    group.addoption(
        "--sync-seed",
        type=int,
        metavar="N",
        help="seed of the random choices in explored and stressed tests that name none (0)",
    )
    group.addoption(
        "--sync-rounds",
        type=int,
        metavar="N",
        help="at most N rounds in stressed tests, whatever they name: a quicker look, which catches less",
    )
    sync_log.add_options(group)
    sync_replay.add_options(group)
    sync_html.add_options(group)
    parser.addini(
        "sync_instrument", "further packages whose accesses to shared state are seen", type="args", default=[]
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before anything of the project's is imported."""
    sync_log.start(early_config, early_config.known_args_namespace)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Where a conftest file has named this plugin, it is too late for the other hook."""
    sync_log.start(config, config.option)
    sync_replay.start(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say which seed was asked for."""
    seed = config.getoption("--sync-seed")
    return None if seed is None else f"synclab: seed {seed} (--sync-seed)"


def target_of(config: pytest.Config) -> str:
    """The target that a run of pytest is about."""
    given = config.getoption("--target")
    if given:
        return str(given)
    labs = config.rootpath / "tests" / "labs"
    for argument in config.invocation_params.args:
        path = (config.invocation_params.dir / str(argument).split("::")[0]).resolve()
        if path.exists() and (path == labs or labs in path.parents):
            return LABS
    # A student's copy has no solutions, and plain `pytest` is then about the labs.
    return SOLUTIONS if (config.rootpath / SOLUTIONS).is_dir() or not labs.is_dir() else LABS


@pytest.fixture(scope="module")
def lab(request: pytest.FixtureRequest) -> LabModule:
    """The lab's program, from the target under test; fresh in every schedule of ``@explored`` and ``@stressed``."""
    name = Path(str(request.node.path)).stem
    registry = load(request.config.rootpath)
    entry = registry.find(name[len(_PREFIX) :])
    path = program_path(registry.root, entry, target_of(request.config))
    return LabModule(entry.id, path)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before the call, where hypothesis' own plugin may come first."""
    _relax_hypothesis(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tell the decorators what the report should say, and keep log records of thousands of schedules out of pytest."""
    decorators.report_options.clear()
    decorators.report_options.update(_report_options(item))
    scenario = getattr(_innermost(getattr(item, "obj", None)), "scenario", None)
    quiet: list[logging.Handler] = []
    if scenario is not None:
        quiet = [handler for handler in logging.root.handlers if type(handler).__module__ == "_pytest.logging"]
    printing = _Printing()
    for handler in quiet:
        logging.root.removeHandler(handler)
    if quiet:
        logging.root.addHandler(printing)
    try:
        return (yield)
    finally:
        if quiet:
            logging.root.removeHandler(printing)
        for handler in quiet:
            logging.root.addHandler(handler)
        decorators.report_options.clear()


class _Printing(logging.Handler):
    """Logs to whatever stderr is now, so that a schedule's log lines belong to its output."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)


def _innermost(function: Any) -> Any:
    """The decorated scenario under ``@given``, or the function itself."""
    handle = getattr(function, "hypothesis", None)
    return function if handle is None else handle.inner_test


def _report_options(item: pytest.Item) -> dict[str, Any]:
    options: dict[str, Any] = {"name": getattr(item, "originalname", None) or item.name}
    instrument = (*item.config.getoption("--instrument"), *item.config.getini("sync_instrument"))
    if instrument:
        options["instrument"] = instrument
    if item.config.getoption("--sync-seed") is not None:
        options["seed"] = item.config.getoption("--sync-seed")
    if item.config.getoption("--sync-rounds") is not None:
        options[decorators.MOST_ROUNDS] = item.config.getoption("--sync-rounds")
    drawn = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    module = Path(str(item.path)).stem
    if "lab" in getattr(item, "fixturenames", ()) and "_" in module[len(_PREFIX) :]:
        slug = module[len(_PREFIX) :].partition("_")[2]
        target = target_of(item.config)
        commands = lab_commands(slug, target)
        options["name"] = f"{slug}::{options['name']}"
        if drawn or hasattr(item, "callspec"):  # a token does not hold drawn data or parameters
            commands = {"hint": commands["hint"]}
        options.update(commands)
    elif not drawn and hasattr(getattr(item, "obj", None), "scenario"):  # else it explores something itself
        again = _again(item)
        options["replay_command"] = f"{again} --sync-replay {{token}}"
        options["look_command"] = f"{again} --sync-replay {{token}} --sync-html pages"
    return options


def _again(item: pytest.Item) -> str:
    """The command that runs one test, to have a token filled in behind it."""
    node: Any = item.nodeid  # a text, which newer versions of pytest call by another name
    node = str(item.config.cwd_relative_nodeid(node))
    quoted = node if re.fullmatch(r"[\w./:\\-]+", node) else '"' + re.sub(r'(["$`])', r"\\\1", node) + '"'
    return "pytest " + quoted.replace("{", "{{").replace("}", "}}")


def _relax_hypothesis(item: pytest.Item) -> None:
    """One example is a whole exploration: it has no deadline, and the ``lab`` fixture is fresh in it anyway."""
    function: Any = getattr(item, "obj", None)
    if not getattr(function, "is_hypothesis_test", False) or not hasattr(_innermost(function), "scenario"):
        return
    import hypothesis

    function = getattr(function, "__func__", function)
    present: Any = getattr(function, "_hypothesis_internal_use_settings", None) or hypothesis.settings.default
    function._hypothesis_internal_use_settings = hypothesis.settings(
        present,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        # It varies the smallest example to explain it, which the report of the schedule does better.
        phases=[phase for phase in present.phases if phase is not hypothesis.Phase.explain],
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a finding as its report, without the kit's own frames."""
    report = yield
    error = call.excinfo.value if call.excinfo is not None else None
    text = headline = ""
    width = max(60, min(shutil.get_terminal_size((80, 24)).columns, 160))
    if isinstance(error, FINDINGS):
        text = error.failure.report(width=width)
        headline = text.partition("\n")[0]
        text = "\n".join([text, *sync_html.written(item.config, item.nodeid, error.failure)])
    elif isinstance(error, ScenarioInconclusive | UserError):
        lines = f"{type(error).__name__}: {error}".split("\n")
        headline = lines[0]
        text = "\n".join(line if line.startswith(" ") else textwrap.fill(line, width) for line in lines)
    if text and report.failed:
        notes = [note.partition("\nExplanation:")[0] for note in getattr(error, "__notes__", ()) if "(\n" in note]
        # A bare string would be printed a second time, whole, in the summary of a CI log.
        path, line, _ = item.location
        body = ReprTracebackNative(["\n".join([text, *notes]) + "\n"])
        report.longrepr = ExceptionChainRepr([(body, ReprFileLocation(path, (line or 0) + 1, headline), None)])
    return report
