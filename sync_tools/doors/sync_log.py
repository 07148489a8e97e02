"""``pytest --sync-log PATH``: record what every test's threads do with their locks, the whole session long.

``threading`` is adopted before the project's conftest files and modules are imported, so neither tests nor the program
under test need a change. The outcome of tests stays what it is.
"""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_tools.doors import recorded_files, recorded_text
from sync_tools.primitives.adopt import instrument_threading, restore_threading
from sync_tools.primitives.log import DEFAULT_CAPACITY, recording
from sync_tools.words.errors import UserError

_PLUGIN = "synclab-sync-log"
_TOLD = "synclab_sync_log"  # under which a worker of pytest-xdist tells its controller


def add_options(group: pytest.OptionGroup) -> None:
    """Add ``--sync-log`` and ``--sync-log-capacity``."""
    group.addoption(
        "--sync-log",
        metavar="PATH",
        help="record who takes and waits for threading's locks, in all tests, and write the log to PATH: a Chrome "
        "trace if it ends in .json, else one JSON object a line",
    )
    group.addoption(
        "--sync-log-capacity",
        type=int,
        default=DEFAULT_CAPACITY,
        metavar="N",
        help=f"how many records the log keeps: the latest (default: {DEFAULT_CAPACITY})",
    )


def start(config: pytest.Config, options: argparse.Namespace) -> None:
    """Adopt ``threading`` and begin the record, when that was asked for and has not been done yet.

    Args:
        config: pytest's configuration; it may still be incomplete, as it is before conftest files are imported.
        options: the options of the command line, as far as they are known.

    Raises:
        pytest.UsageError: the file cannot be written, or the capacity is no positive number.
    """
    if getattr(options, "sync_log", None) is None or config.pluginmanager.has_plugin(_PLUGIN):
        return
    if options.sync_log_capacity < 1:
        raise pytest.UsageError(f"--sync-log-capacity {options.sync_log_capacity}: it must be 1 or more")
    path = (config.invocation_params.dir / options.sync_log).absolute()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None:
        path = recorded_files.beside(path, worker)
    try:
        recorded_files.check_writable(path)
        if worker is None and (getattr(options, "numprocesses", None) or getattr(options, "tx", None)):
            config.pluginmanager.register(_Controller(), _PLUGIN)
        else:
            session = _Session(path, options.sync_log_capacity)
            config.add_cleanup(session.end)
            config.pluginmanager.register(session, _PLUGIN)
    except UserError as error:
        raise pytest.UsageError(f"--sync-log: {error}") from None


class _Session:
    """The recording of the tests that this process runs, as a plugin."""

    def __init__(self, path: Path, capacity: int) -> None:
        self.path = path
        self.lines: list[str] = []
        self._open = contextlib.ExitStack()
        self.log = self._open.enter_context(recording(capacity))
        instrument_threading()
        self._open.callback(restore_threading)

    def end(self) -> None:
        """End the record, once."""
        self._open.close()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the log; before the summary and, in a worker of pytest-xdist, before its last message."""
        self.end()
        self.lines = list(self._told())
        output: Any = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_TOLD] = self.lines

    def _told(self) -> Iterator[str]:
        try:
            recorded_files.save(self.log.records, self.path)
        except OSError as error:
            yield f"{self.path} could not be written: {error.strerror}"
        else:
            yield str(self.path)
        yield from recorded_text.told(self.log.records, self.log.dropped)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show where the log is and what is in it."""
        _show(terminalreporter, self.lines)


class _Controller:
    """What stands in the session that only hands its tests out: it tells what its workers have recorded."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker has ended."""
        output = getattr(node, "workeroutput", None) or {}  # there is none when it crashed
        self.lines[node.gateway.id] = output.get(_TOLD, ["no log: it ended before it could write one"])

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show where the logs are and what is in them."""
        shown: list[str] = []
        for name, lines in sorted(self.lines.items()):
            shown += [f"{name}: {lines[0]}", *lines[1:]]
        _show(terminalreporter, shown)


def _show(terminalreporter: Any, lines: list[str]) -> None:
    terminalreporter.ensure_newline()
    terminalreporter.section("synchronization log")
    for line in lines:
        terminalreporter.write_line(line)
