"""The state of one ``synclab break``: the test that is played, the choices so far, and what each key does to them."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from sync_tools.doors.commands import lab_commands
from sync_tools.doors.labrun import run_pytest
from sync_tools.doors.registry import Lab, Registry
from sync_tools.doors.targets import program_path
from sync_tools.drivers.playing import Game
from sync_tools.instrument.loader import LabModule
from sync_tools.presentation import play_text as words
from sync_tools.words.errors import UserError
from sync_tools.words.failure import Failure
from sync_tools.words.position import FAILED, Position

GO_ON, UNDO, REDO, RESTART = "", "u", "r", "s"


class Session:
    """One game, from its first position on.

    Args:
        game: what is played.

    Attributes:
        position: where it stands.
        undone: the choices that were taken back, the last first.
        broken: the failure that was reached last; None before there is one.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self.undone: list[int] = []
        self.broken: Failure | None = None
        self.position = self._go(())

    def press(self, key: str) -> str:
        """Do what a key asks for.

        Args:
            key: a thread's number, or one of GO_ON, UNDO, REDO, RESTART.

        Returns:
            "" when that was done, else why it can't be.

        Raises:
            UserError: see :meth:`Game.at`.
        """
        choices = self.position.choices
        if key == UNDO:
            return self._back(1) if choices else "There is nothing to undo: this is the first choice."
        if key == RESTART:
            return self._back(len(choices))
        if key == REDO:
            return self._pick(self.undone[0]) if self.undone else "There is nothing to redo."
        if self.position.outcome:
            return "The schedule has ended. Take steps back (u), start again (s), or quit (q)."
        if key == GO_ON:
            present = words.going_on(self.position)
            if present is not None:
                return self._pick(present)
            current = self.position.current
            return f"{words.refused(self.position, current, words.names_of(self.position))} Pick another one."
        if not (key.isascii() and key.isdecimal() and len(key) < 6):
            shown = repr(key) if key.isascii() and key.isprintable() else "That key"
            return f"{shown} does nothing here. See ? for help."
        thread = int(key)
        if thread not in self.position.ready:
            return words.refused(self.position, thread, words.names_of(self.position))
        return self._pick(thread)

    def _pick(self, thread: int) -> str:
        self.position = self._go((*self.position.choices, thread))
        # A choice that was taken back and is now made again leaves the later ones to be made again, too.
        self.undone = self.undone[1:] if self.undone[:1] == [thread] else []
        return ""

    def _back(self, count: int) -> str:
        choices = self.position.choices
        kept = len(choices) - count
        self.position = self._go(choices[:kept])
        self.undone = [*choices[kept:], *self.undone]
        return ""

    def _go(self, choices: Sequence[int]) -> Position:
        position = self._game.at(choices)
        if position.outcome == FAILED:
            self.broken = position.failure
        return position


@contextmanager
def playing(registry: Registry, lab: Lab, target: str) -> Iterator[Session]:
    """Begin to play a lab's goal; see :func:`game_of`."""
    with game_of(registry, lab, target) as game:
        yield Session(game)


@contextmanager
def game_of(registry: Registry, lab: Lab, target: str) -> Iterator[Game]:
    """The game of a lab's goal, which offers only the choices that can make a difference where these are known.

    Args:
        registry: the checkout's registry.
        lab: which lab; its ``goal_test`` is played.
        target: "labs", "solutions", a folder, or the program's file.

    Raises:
        BrokenLab: the program has a syntax error.
        UserError: the program or its tests are missing, or the goal's test is not one that can be played.
    """
    LabModule(lab.id, program_path(registry.root, lab, target)).check()
    found = _Finding(lab.goal_test)
    run_pytest(registry, lab, target, ["-q", "-o", "addopts=", "-p", "no:cacheprovider"], [found])
    if found.scenario is None or found.module is None:
        raise UserError(
            f"{lab.slug} has no game: its goal_test in labs.toml, {lab.goal_test}, is not a test under @explored in "
            f"{registry.test_file(lab)}."
        )
    matter = ("time", "seed", "instrument", "races", "promise")
    options = {key: value for key, value in found.options.items() if key in matter}
    name = found.module.__name__
    kept = sys.modules.get(name)
    sys.modules[name] = found.module  # the engine rewrites the module of a scenario, and looks for it there
    try:
        game = Game(
            found.scenario,
            kwargs=found.kwargs,
            name=f"{lab.slug}::{lab.goal_test}",
            **lab_commands(lab.slug, target),
            **options,
        )
        game.pass_what_decides_nothing()
        yield game
    finally:
        if kept is None:
            del sys.modules[name]
        else:
            sys.modules[name] = kept


class _Finding:
    """A pytest plugin: takes one explored test and its fixtures, and runs nothing.

    The test is loaded by pytest so that its asserts explain themselves. It is played when pytest is gone: a person
    may think for longer than any time limit on tests allows.
    """

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.scenario: Any = None
        self.module: ModuleType | None = None
        self.kwargs: dict[str, Any] = {}
        self.options: dict[str, Any] = {}

    def _fits(self, item: pytest.Item) -> bool:
        test = getattr(item, "obj", None)
        # A stressed test has rounds; one that draws its inputs has a different schedule for each of them.
        playable = hasattr(test, "scenario") and not hasattr(test, "hypothesis")
        return playable and item.name == self.wanted and "rounds" not in getattr(test, "options", {})

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # One item must be left, or pytest calls it an error: that no test fits is said by the caller.
        items[:] = [item for item in items if self._fits(item)] or items[:1]

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        if self._fits(pyfuncitem):
            self.scenario = pyfuncitem.obj.scenario
            self.module = sys.modules[self.scenario.__module__]
            self.options = pyfuncitem.obj.options
            wanted = inspect.signature(self.scenario).parameters
            self.kwargs = {name: value for name, value in pyfuncitem.funcargs.items() if name in wanted}
        return True
