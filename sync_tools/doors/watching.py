"""The loop of ``synclab watch``: run a lab's tests, show what is needed, and again at each save.

It knows neither files nor terminals: events come from an iterator, and screens go to a function.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from sync_tools.doors import hints, progress, resetting
from sync_tools.doors.labrun import run_lab
from sync_tools.doors.registry import Lab, Registry
from sync_tools.doors.results import PASSED, CaseResult, LabResult
from sync_tools.doors.screen import drawn, lab_table
from sync_tools.doors.terminal_events import QUIT, Event, Pressed, Saved
from sync_tools.doors.watch_screen import View, screen_text
from sync_tools.words.errors import UserError


class Run(Protocol):
    """Runs a lab's tests, as ``labrun.run_lab`` does."""

    def __call__(
        self, registry: Registry, lab: Lab, target: str, *, on_case: Callable[[CaseResult, int], None]
    ) -> LabResult:
        """Run them."""
        ...


class Watching:
    """One session.

    Args:
        registry: the checkout's registry.
        lab: the lab to begin with.
        show: puts a text on the screen, in place of the one before.
        run: runs a lab's tests.
    """

    def __init__(self, registry: Registry, lab: Lab, show: Callable[[str], None], run: Run = run_lab) -> None:
        self._registry = registry
        self._show = show
        self._run_lab = run
        self._view = View(lab)
        self._seen: dict[str, str] = {}  # the lab's files as they were when the last run began
        self._yes: Callable[[], None] | None = None  # what to do when the question is answered with y
        self._turn_to(lab)

    def loop(self, events: Iterable[Event]) -> None:
        """Deal with one event after the other, until there are no more or the user quits."""
        for event in events:
            if event == QUIT:
                return
            if isinstance(event, Pressed):
                self._press(event.key)
            elif not isinstance(event, Saved):
                self._begin()
            elif self._files() != self._seen:  # else it is an editor's second event for the same save
                self._view = replace(self._view, below="")
                self._run()

    def _turn_to(self, lab: Lab) -> None:
        """Make `lab` the one that is watched."""
        known = progress.read(self._registry.root)
        story = ""
        if progress.state_of(self._registry, lab, known) == progress.NOT_RUN:
            story = self._try(lambda: hints.read_story(self._registry.readme(lab)))
        self._view = View(lab, story=story)
        self._note(lambda: progress.note_current(self._registry, lab))

    def _begin(self) -> None:
        """Run the tests of a lab that was run before; of a new one the story comes first, and not its solution."""
        known = progress.read(self._registry.root)
        if progress.state_of(self._registry, self._view.lab, known) == progress.NOT_RUN:
            self._seen = self._files()
            self._draw()
        else:
            self._run()

    def _files(self) -> dict[str, str]:
        """The lab's Python files, each with a digest of its text."""
        folder = self._registry.program(self._view.lab).parent
        return {str(path): progress.digest(path) for path in folder.rglob("*.py")}

    def _run(self) -> None:
        """Run the tests; what is known early is shown early."""
        lab = self._view.lab
        self._yes = None
        self._view = replace(self._view, story="", running=True, result=None, problem="", question="")
        self._seen = self._files()
        self._draw()
        cases: list[CaseResult] = []
        early = False

        def on_case(case: CaseResult, explored_left: int) -> None:
            nonlocal early
            cases.append(case)
            # The report to show is that of the first explored test that fails. So it is known as soon as one does.
            failed = case.failure is not None and case.failure.world == "explored"
            if not early and (failed or not explored_left):
                early = True
                self._view = replace(self._view, result=LabResult(lab, "labs", tuple(cases)))
                self._draw()

        try:
            result = self._run_lab(self._registry, lab, "labs", on_case=on_case)
        except UserError as error:
            problem = str(error).replace(f"{self._registry.root}{os.sep}", "")  # short, and where the student stands
            if not self._registry.program(lab).is_file():
                problem = f"labs/{lab.id}/{lab.program_name} is missing. Press x to get it back as it came."
            self._view = replace(self._view, running=False, result=None, problem=problem)
        else:
            following = progress.next_lab(self._registry, lab, progress.read(self._registry.root))
            # A hint stays on the screen while the program is changed with its help.
            hint = "" if result.outcome == PASSED else self._view.hint
            self._view = replace(self._view, running=False, result=result, following=following, hint=hint)
            self._note(lambda: progress.note_run(self._registry, result))
        self._draw()

    def _press(self, key: str) -> None:
        if self._view.question:
            yes, self._yes = self._yes, None
            self._view = replace(self._view, question="")
            if key == "y" and yes is not None:
                yes()
            else:
                self._draw()
            return
        action = {
            "h": self._hint,
            "n": self._next,
            "l": self._list,
            "r": self._run,
            "x": self._reset,
        }.get(key)
        if action is not None:
            action()

    def _hint(self) -> None:
        lab = self._view.lab

        def one_more() -> str:
            known = hints.read_hints(self._registry.readme(lab))
            number = hints.one_more(progress.read(self._registry.root).entry(lab).hints, known)
            title, text = hints.choose(known, number, lab.slug)
            progress.note_hint(self._registry, lab, number)
            last = f"\n\nThat was the last of {len(known)}." if number == len(known) else ""
            return f"{title}\n\n{text}{last}"

        self._view = replace(self._view, hint=self._try(one_more), below="")
        self._draw()

    def _next(self) -> None:
        lab, known = self._view.lab, progress.read(self._registry.root)
        following = progress.next_lab(self._registry, lab, known)
        if following is None:
            solved = progress.state_of(self._registry, lab, known) == progress.SOLVED
            self._tell("All labs are solved." if solved else f"All labs but this one, {lab.slug}, are solved.")
            return

        def go_on() -> None:
            self._turn_to(following)
            self._begin()

        if progress.state_of(self._registry, lab, known) == progress.SOLVED:
            go_on()
        else:
            self._ask(f"{lab.slug} is not solved yet. Go on to {following.slug} all the same? (y/n)", go_on)

    def _list(self) -> None:
        self._tell(drawn(lab_table(self._registry, progress.read(self._registry.root))))

    def _reset(self) -> None:
        lab = self._view.lab

        def back() -> None:
            said = self._try(lambda: resetting.told(lab, resetting.reset_lab(self._registry, lab)))
            self._view = replace(self._view, hint="", below=said)
            self._run()

        self._ask(f"Put {lab.program_name} back as it came? Your version is kept. (y/n)", back)

    def _ask(self, question: str, yes: Callable[[], None]) -> None:
        self._yes = yes
        self._view = replace(self._view, question=question)
        self._draw()

    def _tell(self, text: str) -> None:
        self._view = replace(self._view, below=text)
        self._draw()

    def _draw(self) -> None:
        self._show(screen_text(self._view))

    @staticmethod
    def _try(ask: Callable[[], str]) -> str:
        """The answer, or what is wrong: no mistake in a file ends the session."""
        try:
            return ask()
        except (UserError, OSError) as error:
            return str(error)

    def _note(self, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            self._view = replace(self._view, below=f"Your progress could not be noted: {error}")
