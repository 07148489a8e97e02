"""A played position as the lines of a terminal's screen: never more of them, nor wider, than asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sync_tools.presentation import play_text as words
from sync_tools.presentation.play_source import program
from sync_tools.presentation.text import clip, plain, wrap
from sync_tools.words.position import ENDED, FAILED, READY, WAITING, Position, Standing

# What a line is; a terminal that has colours may repeat it with them.
GOAL, HEADING, HERE, PLAIN = "goal", "heading", "here", "plain"
FAINT, GOOD, NOTE, KEYS = "faint", "good", "note", "keys"

NARROWEST, SHORTEST = 40, 14  # columns and lines; less is taken as these, and clipped
FEWEST_SOURCE = 5  # lines of the program, with their heading
FEWEST_STEPS = 3


class Line(NamedTuple):
    """One line: its text, in printable ASCII, and what it is."""

    text: str
    role: str = PLAIN


def screen(
    position: Position,
    goal: str,
    title: str,
    sources: Mapping[str, Sequence[str]],
    width: int = 80,
    height: int = 24,
    message: str = "",
    redo: bool = False,
) -> list[Line]:
    """Draw a position.

    Args:
        position: what to draw.
        goal: what the student is to make happen, as an imperative.
        title: the lab's name.
        sources: the lines of each file that a thread stands in, by the file's name.
        width, height: columns and lines of the terminal.
        message: what the last key could not do.
        redo: True when a choice that was taken back can be made again.

    Returns:
        At most `height` lines of at most `width` characters.
    """
    widest, width, tall = width, max(width, NARROWEST), max(height, SHORTEST)
    name = words.names_of(position)
    top = _top(position, goal, title, width)
    threads = [_heading("threads", width), *_threads(position, name, width, max(3, tall - 15))]
    state = [
        Line(line) for line in [*_values(position, name, width), clip("Locks: " + words.locks(position, name), width)]
    ]
    below = [*_told(position, message, width), *_keys(position, redo, width)]
    free = tall - sum(map(len, (top, threads, state, below)))
    # The rest is for the program and for the steps so far: a screen that has room shows more of both.
    # At the end, when nobody stands anywhere any more, the steps are the whole story.
    all_ended = all(each.state == ENDED for each in position.threads)
    most = free - 1 if all_ended else max(FEWEST_STEPS, (free - FEWEST_SOURCE) // 3)
    steps = _steps(position, name, width, most) if free > 1 else []
    lines = 0 if all_ended else free - len(steps) - 1
    shown = [_heading("program", width), *_program(position, sources, width, lines)] if lines > 0 else []
    whole = [*top, *shown, *threads, *state, *steps]
    # On a screen that is too small even so, the question and the keys stay, and what is above them is cut.
    kept = [*whole[: max(height - len(below), 0)], *below][-height:]
    return [Line(clip(line.text, widest), line.role) for line in kept]


def help_screen(width: int = 80, height: int = 24) -> list[Line]:
    """What the game is, and its keys."""
    lines = [Line("HELP", GOAL), Line("")]
    for paragraph in words.HELP.split("\n\n"):
        lines += [*(Line(line) for line in wrap(paragraph, max(width, NARROWEST))), Line("")]
    keys = (
        "0-9: this thread goes on   Space, or Enter alone: the present one (>) goes on   u: undo   "
        "r: redo what was undone   s: start again from the first step   q: quit"
    )
    lines += [Line(line, KEYS) for line in _wrapped(keys, width)]
    return [*lines[: height - 2], Line(""), Line("Any key: back to the game", KEYS)]


def _heading(text: str, width: int) -> Line:
    return Line(f"-- {text} ".ljust(width, "-"), HEADING)


def _top(position: Position, goal: str, title: str, width: int) -> list[Line]:
    right = f"{plain(title)}, step {len(position.steps)}"
    lines = wrap(f"Goal: {goal}", width - len(right) - 2)
    if len(lines) > 2:
        lines = [lines[0], clip(" ".join(lines[1:]), width)]
    lines[0] = lines[0].ljust(width - len(right)) + right
    return [Line(line, GOAL) for line in lines]


def _program(position: Position, sources: Mapping[str, Sequence[str]], width: int, most: int) -> list[Line]:
    rows = program(position, sources, width, most)
    return [Line(line, HERE if position.current in threads else PLAIN) for threads, line in rows]


def _row(position: Position, standing: Standing, name: words.Name, widest: int) -> Line:
    present = ">" if standing.thread == position.current and standing.state != ENDED and not position.outcome else " "
    who = words.who(position, standing.thread).ljust(widest)
    role = {READY: GOOD, WAITING: PLAIN, ENDED: FAINT}[standing.state]
    return Line(f"{present} {who}  {words.doing(standing, name)}", role)


def _threads(position: Position, name: words.Name, width: int, most: int) -> list[Line]:
    """A line a thread; where they are too many, one for those that have ended, then one for those that wait."""
    widest = min(max(len(words.who(position, each.thread)) for each in position.threads), 24)
    rows = {each.thread: _row(position, each, name, widest) for each in position.threads}
    more: list[Line] = []
    for state in (ENDED, WAITING, READY):
        if len(rows) + len(more) <= most:
            break
        folded = [each.thread for each in position.threads if each.state == state]
        folded = folded[-(len(rows) + len(more) + 1 - most) :]  # the line that names them takes one, too
        if len(folded) > 1:
            for thread in folded:
                del rows[thread]
            text = ", ".join(f"T{thread}" for thread in folded)
            more.append(Line(clip(f"  {state}, too: {text}", width)))
    return [*rows.values(), *more]


def _values(position: Position, name: words.Name, width: int) -> list[str]:
    """Two lines at most; what does not fit is counted."""
    parts = words.values(position, name)
    for kept in range(len(parts), 0, -1):
        left = len(parts) - kept
        text = "Values: " + ", ".join(parts[:kept]) + (f", and {left} more" if left else "")
        lines = wrap(text, width, rest="        ")
        if len(lines) <= 2 or kept == 1:
            return lines[:2]
    return ["Values: none seen yet"]


def _steps(position: Position, name: words.Name, width: int, most: int) -> list[Line]:
    """The last steps, the latest at the bottom; a heading that says how many came before."""
    last = position.steps[-most:]
    earlier = len(position.steps) - len(last)
    lines = [_heading(f"steps so far ({earlier} earlier not shown)" if earlier else "steps so far", width)]
    number = len(str(len(position.steps)))
    for step in last:
        forced = "*" if step.number in position.forced else " "
        text = f"{forced} {str(step.number).rjust(number)}  T{step.thread} {words.done(step, name)}"
        place = words.where(step)
        fits = len(text) + 2 + len(place) <= width
        lines.append(Line((text.ljust(width - len(place)) + place).rstrip() if fits else text))
    return lines


def _told(position: Position, message: str, width: int) -> list[Line]:
    """The end of the schedule, or why the last key did nothing; three lines at most."""
    end = words.ending(position)
    lines = [_heading("the end" if end else "your turn", width)]
    if end:
        shown = wrap(end, width)
        shown = shown if len(shown) <= 3 else [*shown[:2], clip(" ".join(shown[2:]), width)]
        lines += [Line(line, NOTE if position.outcome == FAILED else PLAIN) for line in shown]
    if message:
        lines.append(Line(clip(plain(message), width), NOTE))
    return lines


def _keys(position: Position, redo: bool, width: int) -> list[Line]:
    back = "u: undo   " + ("r: redo   " if redo else "") + "s: restart   "
    if position.outcome:
        last = "q: quit with the command that replays this" if position.outcome == FAILED else "?: help   q: quit"
        return [Line(line, KEYS) for line in _wrapped(f"{back}{last}", width)]
    present = words.going_on(position)
    enter = "" if present is None else f"Enter: T{present}   "
    picks = _picks(position.ready)
    return [Line(line, KEYS) for line in _wrapped(f"Who goes on? {picks}   {enter}{back}?: help   q: quit", width)]


def _picks(ready: Sequence[int]) -> str:
    shown = " ".join(map(str, ready[:8]))
    return shown if len(ready) <= 8 else f"{shown} .."


def _wrapped(text: str, width: int) -> list[str]:
    """Broken between keys only."""
    lines: list[str] = []
    for part in text.split("   "):
        if lines and len(lines[-1]) + 3 + len(part) <= width:
            lines[-1] += "   " + part
        else:
            lines.append(part)
    return lines
