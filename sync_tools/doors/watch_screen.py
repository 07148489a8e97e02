"""What ``synclab watch`` shows: one screen of text from plain values."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from sync_tools.doors.registry import Lab
from sync_tools.doors.results import PASSED, LabResult
from sync_tools.doors.screen import console, count, drawn, word
from sync_tools.presentation.report import verdict
from sync_tools.presentation.text import plain

KEYS = "h hint   n next lab   l list   r run again   x reset   q quit"


@dataclass(frozen=True)
class View:
    """All that a screen shows.

    Attributes:
        lab: the lab that is watched.
        following: the lab that key n leads to, or None when every other lab is solved.
        story: the beginning of the lab's story; "" once it was seen.
        result: of the last run, or of the tests so far; None while there is none.
        running: tests are still to come.
        problem: why the lab could not be run; "" when it could.
        hint: the hint that was asked for last; "" when none was.
        below: what else was asked for, such as the list of labs.
        question: what the next key answers; "" when nothing was asked.
    """

    lab: Lab
    following: Lab | None = None
    story: str = ""
    result: LabResult | None = None
    running: bool = False
    problem: str = ""
    hint: str = ""
    below: str = ""
    question: str = ""


def screen_text(view: View) -> str:
    """The screen, without a newline at its end."""
    width = console().width
    lab = view.lab
    folder = f"labs/{lab.id}"
    parts = [f"Lab {lab.number}: {lab.title}"]
    if view.story:
        parts.append(view.story)
    parts.append(f"Read    {folder}/README.md\nChange  {folder}/{lab.program_name}")
    if view.problem:
        parts.append(_wrapped(view.problem, width))
        parts.append("No test was run. Mend it and save: each save runs them again.")
    elif view.result is None and not view.running:
        first = (
            f"Read it first, and break it yourself: synclab break {lab.slug} (after q, or in another terminal). "
            "Key r shows the order of steps that the tests find; so does each save."
        )
        parts.append(_wrapped(first, width))
    elif view.result is None:
        parts.append("Its tests are running ...")
    elif view.result.outcome == PASSED:
        parts.append(_solved(view, view.result, width))
    else:
        case = view.result.first_failure()
        if case is not None:
            parts.append(case.report(width))
        parts.append(_verdict(view, view.result, width))
    parts += [f"{'-' * min(width, 80)}\n{text}" for text in (view.hint, view.below) if text]
    parts.append(view.question or KEYS)
    return "\n\n".join(parts)


def _verdict(view: View, result: LabResult, width: int) -> str:
    outcome = f"{view.lab.slug}: {drawn(word(result.outcome))}"
    if view.running:
        return f"{outcome}. Other tests are still running ..."
    case = result.first_failure()
    # Once more what broke: the report's first line has scrolled away where the screen is small.
    what = plain(verdict(case.failure)) if case and case.failure else ""
    said = f"{outcome}, {result.passed} of {count(result.tests, 'test')} passed. Change the program and save it."
    return f"{_wrapped(what, width)}\n{said}" if what and len(what) <= 2 * width else said


def _solved(view: View, result: LabResult, width: int) -> str:
    outcome = f"{view.lab.slug}: {drawn(word(result.outcome))}"
    if view.running:
        lines = [f"{outcome} so far, {count(len(result.cases), 'test')}. Those on OS threads are still running ..."]
    else:
        lines = [f"{outcome}, {'the test does' if len(result.cases) == 1 else f'all {len(result.cases)} tests'}."]
    meaning = what_it_means(result)
    if meaning:
        lines.append(_wrapped(meaning, width))
    if not view.running:
        if view.following is None:
            lines.append("That was the last one: all labs are solved.")
        else:
            lines.append(f"Next: press n for lab {view.following.number}, {view.following.title}.")
    return "\n\n".join(lines)


def what_it_means(result: LabResult) -> str:
    """What a passed lab's explored tests have shown, in a few sentences; "" where there are none."""
    explored = [case for case in result.cases if case.world == "explored"]
    whole = [case for case in explored if case.complete]
    classes = count(sum(case.schedules for case in whole), "class", "classes")
    if not explored:
        return ""
    if not whole:
        return (
            f"{count(result.classes, 'schedule')} were run and none fails. There are more, so this is good evidence "
            "and not a proof."
        )
    said = (
        f"{classes} of schedules explored: every order of your threads that makes a difference in these tests. "
        "None fails, so this is a proof for what they do, and not good luck."
    )
    if len(whole) < len(explored):
        said += f" ({len(explored) - len(whole)} of {len(explored)} explored tests run a part of theirs, on purpose.)"
    return said


def _wrapped(text: str, width: int) -> str:
    """Long lines folded at words; what is indented, such as source code, as it is."""
    return "\n".join(
        line if line.startswith(" ") else textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )
