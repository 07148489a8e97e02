"""Compare two programs of one lab by a schedule that breaks the first: the state of one ``synclab diff``."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sync_tools.doors.commands import lab_commands
from sync_tools.doors.labrun import run_pytest
from sync_tools.doors.registry import Lab, Registry
from sync_tools.doors.targets import program_path
from sync_tools.drivers.comparing import compare
from sync_tools.drivers.exploration import INCONCLUSIVE
from sync_tools.drivers.explore import explore, tokens_of
from sync_tools.drivers.replay import MATTER, replay
from sync_tools.drivers.runner import Runner
from sync_tools.instrument.compiling import read_source
from sync_tools.instrument.loader import LabModule
from sync_tools.words.comparison import Comparison
from sync_tools.words.errors import TokenMismatch, UserError
from sync_tools.words.failure import Failure
from sync_tools.words.schedule import Token

AS_IT_CAME = ""  # no target has this name
_QUIET = ["-q", "-o", "addopts=", "-p", "no:cacheprovider"]


def called(target: str) -> str:
    """How messages speak of the program in a target."""
    return "the program as it came" if target == AS_IT_CAME else f"the program of {target}"


@dataclass(frozen=True)
class Diff:
    """What was found.

    Attributes:
        before: the failure of the program before the change.
        comparison: what its schedule does after the change; None where the two programs are the same.
    """

    before: Failure
    comparison: Comparison | None


def diff_lab(registry: Registry, lab: Lab, token: str | None, before: str, after: str) -> Diff:
    """Find a failing schedule of one program of a lab, and follow it in another one.

    Args:
        registry: the checkout's registry.
        lab: which lab.
        token: the schedule; None for the smallest failing one of the lab's goal, or, where that passes, of the first
            explored test that fails.
        before: the target before the change, or :data:`AS_IT_CAME`.
        after: the target after it.

    Raises:
        BrokenLab: a program has a syntax error.
        TokenMismatch: the token is none, or not one of the program before the change.
        UserError: the program before the change does not fail, or a program or its tests are missing.
    """
    parsed = None if token is None else Token.parse(token)
    new = program_path(registry.root, lab, after)
    with _program(registry, lab, before) as old:
        programs = LabModule(lab.id, old), LabModule(lab.id, new)
        for program in programs:
            program.check()
        search = _Search(lab, programs, (called(before), after), parsed)
        # One test after the other, the goal's first; pytest gives each its fixtures, and its asserts their words.
        run_pytest(registry, lab, str(old), _QUIET, [search])
        if search.error is not None:
            raise search.error
        if search.found is None:
            raise search.missing()
        return search.found


@contextmanager
def _program(registry: Registry, lab: Lab, target: str) -> Iterator[Path]:
    """The program before the change; the one that came is looked at under the name that the student knows."""
    if target != AS_IT_CAME:
        yield program_path(registry.root, lab, target)
        return
    shipped = registry.shipped(lab)
    with TemporaryDirectory(prefix="synclab-") as folder:
        path = Path(folder) / lab.program_name
        try:
            shutil.copyfile(shipped, path)
        except OSError as error:
            raise UserError(f"the program of {lab.slug} as it came is not there ({error}). Name one: --from") from None
        yield path


class _Search:
    """A pytest plugin: compares in place of the first test that the schedule is one of, or that fails."""

    def __init__(
        self, lab: Lab, programs: tuple[LabModule, LabModule], names: tuple[str, str], token: Token | None
    ) -> None:
        self.lab = lab
        self.programs = programs
        self.before, self.after = names
        self.token = token
        self.found: Diff | None = None
        self.error: BaseException | None = None
        self.drawn = ""  # the test that the token belongs to, where its inputs are drawn
        self.unsure = ""  # a test whose budget ended before it failed

    def _may_be(self, item: pytest.Item) -> bool:
        test = getattr(item, "obj", None)
        if getattr(test, "world", "") != "explored":
            return False
        return self.token is None or tokens_of(Runner(test.scenario))[0] == self.token.scenario  # type: ignore[union-attr]

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        fitting = [item for item in items if self._may_be(item)]
        fitting.sort(key=lambda item: getattr(item, "originalname", "") != self.lab.goal_test)
        # One item must be left, or pytest calls it an error: that no test fits is said by the caller.
        items[:] = fitting or items[:1]

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        if self.found is None and self.error is None and self._may_be(pyfuncitem):
            if hasattr(pyfuncitem.obj, "hypothesis"):
                # Each input has schedules of its own, and a token does not hold the input.
                self.drawn = pyfuncitem.originalname
            else:
                try:
                    self.found = self._look(pyfuncitem)
                except Exception as error:  # the caller raises it; pytest would only print it
                    self.error = error
        return True

    def _look(self, item: pytest.Function) -> Diff | None:
        """Compare by this test, if it fails before the change."""
        scenario: Any = item.obj.scenario
        options: dict[str, Any] = dict(item.obj.options)
        wanted = inspect.signature(scenario).parameters
        given = {name: value for name, value in item.funcargs.items() if name in wanted}
        before, after = (
            {name: program if isinstance(value, LabModule) else value for name, value in given.items()}
            for program in self.programs
        )
        matter = {name: options[name] for name in MATTER if name in options}
        told = {"name": f"{self.lab.slug}::{item.name}", "promise": options.get("promise", "")}
        if self.token is None:
            result = explore(scenario, kwargs=before, **{**options, **told})
            failure = result.failure
            self.unsure = self.unsure or (item.originalname if result.outcome == INCONCLUSIVE else "")
        else:
            self._check(self.token, scenario, after)
            failure = replay(scenario, str(self.token), kwargs=before, **matter, **told)
            if failure is None:
                raise UserError(f"the schedule {self.token} does not break {self.before}: there is nothing to compare.")
        if failure is None:
            return None
        if _same(*self.programs):
            return Diff(failure, None)
        if "max_steps" in options:
            matter["max_steps"] = options["max_steps"]
        commands = lab_commands(self.lab.slug, self.after)
        return Diff(
            failure, compare(scenario, failure.schedule, before=before, after=after, **matter, **told, **commands)
        )

    def _check(self, token: Token, scenario: Any, after: dict[str, Any]) -> None:
        """Say whose the token is, where it is not one of the program before the change."""
        if token.program == tokens_of(Runner(_nothing, self.programs[:1]))[1]:
            return
        if token.program == tokens_of(Runner(_nothing, self.programs[1:]))[1]:
            raise TokenMismatch(
                f"the token {token} was made with {called(self.after)}, which is the one after the change. A schedule "
                f"of {self.before} is wanted; without a token its smallest failing one is taken."
            )
        raise TokenMismatch(
            f"the token {token} was made with another version of the program than {self.before}. Leave it out, and "
            "the smallest failing schedule is taken; or name the version that it belongs to with --from."
        )

    def missing(self) -> UserError:
        """Why nothing was compared."""
        if self.drawn and self.token is not None:
            return TokenMismatch(
                f"the token {self.token} belongs to {self.drawn}, whose inputs are drawn, and it does not hold them. "
                "Leave it out, and another failing schedule is taken."
            )
        if self.token is not None:
            return TokenMismatch(
                f"the token {self.token} belongs to no test of {self.lab.slug}. Is it another lab's, or have the tests "
                "changed since?"
            )
        if self.unsure:
            return UserError(
                f"{self.unsure} did not fail within its budget with {self.before}: no schedule to compare."
            )
        return UserError(f"no explored test fails with {self.before}, so there is no schedule to compare.")


def _same(one: LabModule, other: LabModule) -> bool:
    texts = [read_source(program.program_path).replace("\r\n", "\n") for program in (one, other)]
    return texts[0] == texts[1]


def _nothing(lab: Any) -> None:
    """A scenario to ask for a program's digest with."""
