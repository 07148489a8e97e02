"""Run one schedule of a lab's test again, from its token."""

from __future__ import annotations

import inspect
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

from sync_tools.doors.commands import lab_commands
from sync_tools.doors.labrun import run_lab, run_pytest
from sync_tools.doors.registry import Lab, Registry
from sync_tools.doors.targets import program_path
from sync_tools.drivers.explore import tokens_of
from sync_tools.drivers.replay import MATTER, replay
from sync_tools.drivers.runner import Runner
from sync_tools.instrument.loader import LabModule
from sync_tools.words.errors import TokenMismatch
from sync_tools.words.failure import Failure
from sync_tools.words.schedule import Token


def replay_lab(registry: Registry, lab: Lab, token: str, target: str) -> Failure | None:
    """Find the test that a token belongs to and run its schedule.

    What the program prints is not captured, and ``breakpoint()`` in it works. For a test whose inputs are drawn the
    token does not hold the inputs, so that test is explored again until the same schedule fails.

    Args:
        registry: the checkout's registry.
        lab: which lab.
        token: from a report's Replay line.
        target: the target in which it failed.

    Returns:
        The failure, or None when the schedule no longer fails.

    Raises:
        TokenMismatch: it is no token, or one of another lab or of another version of the program.
        UserError: the program or its tests are missing or broken.
    """
    parsed = Token.parse(token)
    program = LabModule(lab.id, program_path(registry.root, lab, target))
    program.check()
    again = _Replaying(parsed, lab, lab_commands(lab.slug, target))
    # Without pytest's debugger: breakpoint() is then Python's own, which talks to the terminal.
    quiet = ["-q", "-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:debugging", "--capture=no"]
    run_pytest(registry, lab, target, quiet, [again])
    if again.error is not None:
        raise again.error
    if again.drawn:
        if parsed.program != tokens_of(Runner(_nothing, (program,)))[1]:
            raise TokenMismatch(_CHANGED.format(token=token))
        result = run_lab(registry, lab, target, only=again.drawn)
        found = [case.failure for case in result.cases if case.failure and case.failure.schedule == str(parsed)]
        if not found:
            raise TokenMismatch(
                f"the token {token} belongs to {again.drawn}, whose inputs are drawn, and none that fails with this "
                f"schedule was drawn now. Run `synclab run {lab.slug}` for a new token."
            )
        return found[0]
    if not again.ran:
        raise TokenMismatch(
            f"the token {token} belongs to no test of {lab.slug}. Is it another lab's, or have the tests changed "
            f"since? `synclab run {lab.slug}` gives a new one."
        )
    return again.failure


_CHANGED = (
    "the token {token} was made with another version of the program: it has changed since. "
    "Run the lab again for a new token."
)


def _nothing(lab: Any) -> None:
    """A scenario to ask for a program's digest with."""


class _Replaying:
    """A pytest plugin: runs the one schedule in place of the tests that it belongs to.

    Running it inside of pytest gives the scenario its fixtures and parameters, and its asserts their explanations.
    """

    def __init__(self, parsed: Token, lab: Lab, commands: dict[str, Any]) -> None:
        self.parsed = parsed
        self.lab = lab
        self.commands = commands
        self.streams = sys.stdout, sys.stderr
        self.ran = False
        self.failure: Failure | None = None
        self.error: BaseException | None = None
        self.drawn = ""

    def _fits(self, item: pytest.Item) -> bool:
        scenario = getattr(getattr(item, "obj", None), "scenario", None)
        return scenario is not None and tokens_of(Runner(scenario))[0] == self.parsed.scenario

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # One item must be left, or pytest calls it an error: "no test fits" is said by the caller, in its own words.
        fitting = [item for item in items if self._fits(item)]
        items[:] = fitting or items[:1]

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        if self.error is not None or self.failure is not None or not self._fits(pyfuncitem):
            return True
        if hasattr(pyfuncitem.obj, "hypothesis"):
            self.drawn = pyfuncitem.originalname
            return True
        scenario: Any = pyfuncitem.obj.scenario
        wanted = inspect.signature(scenario).parameters
        kwargs = {name: value for name, value in pyfuncitem.funcargs.items() if name in wanted}
        options = getattr(pyfuncitem.obj, "options", {})
        self.ran = True
        try:
            with redirect_stdout(self.streams[0]), redirect_stderr(self.streams[1]):
                self.failure = replay(
                    scenario,
                    str(self.parsed),
                    kwargs=kwargs,
                    **{option: options[option] for option in MATTER if option in options},
                    name=f"{self.lab.slug}::{pyfuncitem.name}",
                    **self.commands,
                    promise=options.get("promise", ""),
                )
            for stream in self.streams:
                stream.flush()  # what the program printed comes before the report, also into a pipe
        except Exception as error:  # the caller raises it; pytest would only print it
            self.error = error
        return True
