"""``pytest --sync-replay TOKEN``: run just the one schedule, in the test that its token belongs to.

It is run as a person would want to look at it: ``breakpoint()`` stops in the program, ``--pdb`` opens where the program
failed, and what it prints is pytest's to show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from sync_tools.drivers import decorators
from sync_tools.drivers.explore import tokens_of
from sync_tools.drivers.runner import Runner
from sync_tools.words.errors import TokenMismatch
from sync_tools.words.schedule import Token


def add_options(group: pytest.OptionGroup) -> None:
    """Add ``--sync-replay``."""
    group.addoption(
        "--sync-replay",
        metavar="TOKEN",
        help="run only the schedule of that TOKEN from a report, in the explored test that it belongs to; breakpoint() "
        "and --pdb work in it",
    )


def start(config: pytest.Config) -> None:
    """Check the token, and register what picks its test, when it was asked for.

    Raises:
        pytest.UsageError: it is no token.
    """
    token = config.getoption("--sync-replay")
    if token is None:
        return
    try:
        parsed = Token.parse(token)
    except TokenMismatch as error:
        raise pytest.UsageError(f"--sync-replay: {error}") from None
    config.pluginmanager.register(_Replaying(parsed), "synclab-sync-replay")


class _Replaying:
    """Leaves only the test whose schedule it is, and has that run this schedule.

    Args:
        token: the schedule's.
    """

    def __init__(self, token: Token) -> None:
        self.token = token
        self.passed: list[str] = []

    def _fits(self, item: pytest.Item) -> bool:
        test = getattr(item, "obj", None)
        scenario = getattr(getattr(getattr(test, "hypothesis", None), "inner_test", test), "scenario", None)
        return scenario is not None and tokens_of(Runner(scenario))[0] == self.token.scenario

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        fitting = [item for item in items if self._fits(item)]
        if not fitting:
            raise pytest.UsageError(
                f"--sync-replay: the token {self.token} belongs to no explored test here. Is it of another file, or "
                "has the test changed since?"
            )
        drawn = [item.name for item in fitting if hasattr(getattr(item, "obj", None), "hypothesis")]
        if drawn:
            raise pytest.UsageError(
                f"--sync-replay: {drawn[0]} draws its inputs, which the token does not hold. The report's last lines "
                "have them: put them into @example(...) above the test, and run it as ever."
            )
        config.hook.pytest_deselected(items=_others(items, fitting))
        items[:] = fitting

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Any:
        decorators.replayed = str(self.token)
        try:
            result = yield
            self.passed.append(item.nodeid)
            return result
        finally:
            decorators.replayed = ""

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for node in self.passed:
            terminalreporter.write_line(
                f"synclab: the schedule {self.token} does not fail any more: {node} gets past it. Run it without "
                "--sync-replay for all schedules."
            )


def _others(items: Sequence[pytest.Item], kept: Sequence[pytest.Item]) -> list[pytest.Item]:
    return [item for item in items if item not in kept]
