"""The command ``synclab break``: the student is the scheduler, and looks for an order of steps that breaks the program.

The first choice at the terminal, a key at a time; or, where that is none, line by line.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from sync_tools.doors.break_keys import END, keyboard
from sync_tools.doors.student_cli import chosen_lab, lab_or_current, target_option

if TYPE_CHECKING:
    from rich.console import Console

    from sync_tools.doors.break_session import Session
    from sync_tools.doors.registry import Lab
    from sync_tools.presentation.play_screen import Line

QUIT, HELP, ENTER, GO_ON = "q", "?", "\n", ""  # the last as the session calls it
_STYLES = {
    "goal": "bold",
    "heading": "dim",
    "here": "bold",
    "faint": "dim",
    "good": "green",
    "note": "bold red",
    "keys": "cyan",
}


@click.command("break")
@lab_or_current
@target_option
@click.option("--plain", is_flag=True, help="Lines in, lines out, as when this is no terminal; for screen readers.")
@click.pass_context
def break_(ctx: click.Context, lab: str | None, target: str, plain: bool) -> None:
    """Break a lab's program: you pick which thread goes on.

    Each thread stands before its next step on what the threads share. Pick who
    makes it, take it back, try another order, until the program goes wrong.
    Steps whose order makes no difference are made without asking.
    The order that breaks it is printed as a command that runs it again.
    Without LAB, the one that you worked at last.

    Exit code 0 when you have broken it, 1 when not.
    """
    from sync_tools.doors import screen
    from sync_tools.doors.break_session import playing

    registry, chosen = chosen_lab(ctx, lab, becomes_current=target == "labs")
    console = screen.console()
    with ExitStack() as stack:
        with getting_ready():
            session = stack.enter_context(playing(registry, chosen, target))
        drawn = not plain and sys.stdin.isatty() and console.is_terminal and not console.is_dumb_terminal
        if drawn:
            _on_screen(session, chosen, console)
        else:
            _in_lines(session, chosen)
    where = "" if target == "labs" else f" --target {target}"
    for told in _closing(session, chosen, where):
        click.echo(told)
    ctx.exit(0 if session.broken is not None else 1)


@contextmanager
def getting_ready() -> Iterator[None]:
    """Says so for as long as it takes, where somebody looks on."""
    text = "Getting ready ..." if sys.stderr.isatty() else ""
    click.echo(text, nl=False, err=True)
    try:
        yield
    finally:
        if text:  # without any control of the cursor, which --plain promises
            click.echo(f"\r{' ' * len(text)}\r", nl=False, err=True)


def _closing(session: Session, lab: Lab, where: str) -> Iterator[str]:
    """What stays on the terminal: how to run what was found again, and what to do next."""
    from sync_tools.presentation.report import verdict
    from sync_tools.presentation.text import plain

    if session.broken is None:
        yield f"Not broken this time. Try again: synclab break {lab.slug}{where}"
        yield f"Or have all orders tried: synclab run {lab.slug}{where}"
        return
    yield f"You broke {lab.slug}: {plain(verdict(session.broken))}"
    yield f"Replay: {session.broken.replay_command}"
    yield f"Now fix it: synclab run {lab.slug}{where}"


# ---- line by line ----------------------------------------------------------------------------------------------------


def _in_lines(session: Session, lab: Lab) -> None:
    """Lines in, lines out, no control of the cursor."""
    from sync_tools.presentation import play_lines
    from sync_tools.presentation.play_text import HELP as EXPLAINED
    from sync_tools.presentation.text import wrap

    click.echo(f"Goal: {lab.goal}.\n{play_lines.KEYS}")
    told = _tell(session, 0)
    for line in iter(sys.stdin.readline, ""):
        for key in line.split() or [""]:
            if key == QUIT:
                return
            if key == HELP:
                for paragraph in EXPLAINED.split("\n\n"):
                    click.echo("\n".join(wrap(paragraph, 80)))
                click.echo(play_lines.KEYS)
                continue
            message = session.press(key)
            if message:
                click.echo(message)
                continue
            steps = len(session.position.steps)
            if steps < told:
                click.echo(f"Back to step {steps}.")
            told = _tell(session, min(told, steps))
    click.echo("The input has ended.")


def _tell(session: Session, told: int) -> int:
    from sync_tools.presentation import play_lines

    click.echo("\n".join(["", *play_lines.told(session.position, told)]))
    return len(session.position.steps)


# ---- on the whole screen ---------------------------------------------------------------------------------------------


def _on_screen(session: Session, lab: Lab, console: Console) -> None:
    """A key at a time; the terminal is as it was when this is left."""
    from sync_tools.presentation.play_screen import help_screen

    message = digits = typed = ""
    ends = False  # an Enter now would only end what was typed, as people do who know input()
    with keyboard() as read, console.screen(hide_cursor=True):
        while True:
            _draw(console, _lines(session, lab, console, message))
            message = ""
            for key in _keys(read()):
                if key == ENTER:
                    ends, ended = False, ends
                    if ended and not typed:
                        continue
                    key = GO_ON
                else:
                    ends = key != GO_ON
                if key == QUIT:
                    return
                if key == HELP:
                    _draw(console, help_screen(*console.size))
                    read()
                    continue
                digits = digits + key if key.isdecimal() else ""
                if digits and _may_go_on(session, digits):
                    message = f"T{digits}: type the rest of the number, or Enter."
                    typed = digits
                    continue
                message = session.press(digits or (typed if key == GO_ON else key))
                digits = typed = ""


def _may_go_on(session: Session, digits: str) -> bool:
    """True where the digits so far are the beginning of a longer number, as 1 is of T12."""
    return any(str(each.thread).startswith(digits) and str(each.thread) != digits for each in session.position.threads)


def _keys(typed: str) -> Iterator[str]:
    """The keys that were pressed: several, where somebody types ahead."""
    if typed[:1] in ("\x1b", "\x00", "\xe0"):
        yield typed  # a cursor or a function key, which comes as several characters
        return
    for char in typed:
        yield ENTER if char in "\r\n" else GO_ON if char == " " else QUIT if char == END else char.lower()


def _lines(session: Session, lab: Lab, console: Console, message: str) -> list[Line]:
    from sync_tools.presentation.play_screen import screen

    position = session.position
    sources = {each.site.file: linecache.getlines(each.site.file) for each in position.threads}
    width, height = console.size
    return screen(position, lab.goal, lab.slug, sources, width, height, message, bool(session.undone))


def _draw(console: Console, lines: list[Line]) -> None:
    from rich.control import Control
    from rich.text import Text

    console.control(Control.home(), Control.clear())
    text = Text("\n").join(Text(line.text, style=_STYLES.get(line.role, "")) for line in lines)
    console.print(text, end="", soft_wrap=True)  # no line end: the last line would scroll the first away
