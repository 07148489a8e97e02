"""A comparison of two programs as plain text: a headline, the steps before and now side by side, and how it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sync_tools.presentation import diff_lines as signs
from sync_tools.presentation.diff_lines import Gap, Line, folded, lines_of
from sync_tools.presentation.diff_words import ending, headline, second
from sync_tools.presentation.interleaving import deed, place, shortener
from sync_tools.presentation.report import verdict
from sync_tools.presentation.text import clip, command, plain, wrap
from sync_tools.words.comparison import Comparison
from sync_tools.words.failure import NO_SITE, Site, Step
from sync_tools.words.position import PASSED, Standing

NARROWEST = 60  # columns; two programs have no room beside each other in less
MOST_LINES = 40  # in all
FEWEST_LINES = 12  # of the table, however long the rest is
MARGIN = "  "
TEST = "test"

_EXPLAINED = {
    signs.AS_BEFORE: "as before",
    signs.OTHER_VALUE: "as before, another value",
    signs.ADDED: "new",
    signs.IN_PLACE: "in its place",
    signs.MISSING: "not done any more",
    signs.ONWARD: "goes on, where it had failed",
    signs.WAITS: "has to wait",
}


def render(comparison: Comparison, width: int = 80, run: str = "") -> str:
    """Draw a comparison for a terminal.

    Args:
        comparison: what to draw.
        width: columns; below 60 it is taken as 60.
        run: the command that looks at all schedules of the program after the change, or "".

    Returns:
        Lines of printable ASCII, none longer than `width`, without a line end after the last.
    """
    width = max(width, NARROWEST)
    lines = lines_of(comparison)
    top = wrap(headline(comparison), width)
    then = second(comparison)
    above = [top + (wrap(then, width) if then else []), _notes(comparison, width)]
    below = [_legend(lines, width), _ending(comparison, width, run)]
    used = sum(len(part) + 1 for part in [*above, *below] if part)
    table = _Table(comparison, folded(lines, max(MOST_LINES - used - 3, FEWEST_LINES)), width).lines()
    return "\n\n".join("\n".join(part) for part in [*above, table, *below] if part)


def _notes(comparison: Comparison, width: int) -> list[str]:
    """How it failed before, and what is called otherwise now."""
    notes = wrap(f"Before: {verdict(comparison.before)}", width, rest=" " * 8)
    if any(old != new for old, new in enumerate(comparison.counterparts)):
        others = [(old, new) for old, new in enumerate(comparison.counterparts) if old != new]
        # Where the schedule failed early, a thread may only not have been started yet.
        threads = [_thread(comparison, *pair) for pair in others if pair[1] is not None or comparison.failure is None]
        known = set(comparison.counterparts)
        new = [f"T{tid} {plain(name)} is new" for tid, name in enumerate(comparison.threads) if tid not in known]
        notes += wrap(f"Threads: {'; '.join([*threads, *new])}.", width, rest=" " * 9) if [*threads, *new] else []
    names = [f"{plain(old)} is {plain(new)} now" for old, new in comparison.renamed]
    notes += wrap(f"Names: {'; '.join(names)}.", width, rest=" " * 7) if names else []
    if comparison.given_up:
        notes += wrap("The programs differ in so much that not all steps were looked for.", width)
    return notes


def _thread(comparison: Comparison, old: int, new: int | None) -> str:
    name = f"T{old} {plain(comparison.before.threads[old])}"
    return f"{name} is not there now" if new is None else f"{name} is T{new} now"


def _legend(lines: Sequence[Line], width: int) -> list[str]:
    used = {line.sign for line in lines}
    told = [f"{sign} {text}" for sign, text in _EXPLAINED.items() if sign in used]
    elsewhere = sorted(int(sign[1:]) for sign in used if sign.startswith(signs.ELSEWHERE))
    if elsewhere:
        told.append(f"#{elsewhere[0]} step {elsewhere[0]} of before, at another time")
    return wrap(", ".join(told), width, MARGIN) if told else []


def _ending(comparison: Comparison, width: int, run: str) -> list[str]:
    lines = wrap(ending(comparison), width)
    if comparison.failure is not None and comparison.failure.replay_command:
        lines += command("Replay: ", comparison.failure.replay_command, width)
    if comparison.outcome == PASSED and run:
        lines += command("All schedules: ", run, width)
    return lines


@dataclass(frozen=True)
class _Side:
    """How much of each step is written out on one side.

    Attributes:
        name: shortens names.
        common: the file that is not repeated in every line.
        tests: the tests' file, which is then called "test".
        places: with the places in the source.
    """

    name: Callable[[str], str]
    common: str = ""
    tests: str = ""
    places: bool = True

    def step(self, step: Step, waits: bool) -> str:
        """``T1 :28 read hits = 0``."""
        if waits:
            by = f", {plain(step.note)}" if step.note else ""
            return f"T{step.thread} {self._waits(step.operation, step.target)}{by}"
        text = deed(step if self.places else replace(step, site=NO_SITE), self.name, self.common)
        return f"T{step.thread} {self._shorter(text)}"

    def wait(self, standing: Standing) -> str:
        """``T2 waits for lock, held by T1``."""
        operation, target, by = standing.operation, standing.target, ""
        if operation == "join" and standing.holder is not None:
            target = f"T{standing.holder} to end"
        elif operation == "acquire" and standing.holder is not None:
            by = ", held by itself" if standing.holder == standing.thread else f", held by T{standing.holder}"
        return f"T{standing.thread} {self._waits(operation, target)}{by}"

    def _waits(self, operation: str, target: str) -> str:
        what = self.name(target)
        if not what:
            return "repeats its loop" if operation == "spin" else "waits"
        if operation in ("acquire", "wait", "wake up", "join"):
            return f"waits for {what}"
        return f"waits to {plain(operation)} {what}"

    def _shorter(self, text: str) -> str:
        return f"{TEST}{text.removeprefix(self.tests)}" if self.tests and text.startswith(self.tests) else text


class _Table:
    """The two columns.

    Args:
        comparison: what is compared.
        lines: the lines and gaps to show.
        width: columns of the terminal.
    """

    def __init__(self, comparison: Comparison, lines: Sequence[Line | Gap], width: int) -> None:
        self.items = lines
        self.width = width
        self.last = len(comparison.before.steps)
        shown = [line for line in lines if isinstance(line, Line)]
        waits = [line.wait.standing for line in shown if line.wait is not None and line.wait.standing is not None]
        before = [line.before for line in shown if line.before is not None]
        after = [line.after for line in shown if line.after is not None]
        short = shortener({each.target for each in waits} | {step.target for step in [*before, *after]})
        old, new = _common(before), _common(after)
        tests = {_file(step.site) for step in [*before, *after] if _file(step.site).startswith("test_")}
        test = tests.pop() if len(tests) == 1 and not tests & {old, new} else ""
        self.styles = [
            (_Side(plain), _Side(plain)),
            (_Side(short), _Side(short)),
            (_Side(short, old), _Side(short, new)),
            (_Side(short, old, test), _Side(short, new, test)),
            # The places before the change nobody can look up in the changed program.
            (_Side(short, old, test, places=False), _Side(short, new, test)),
        ]

    def lines(self) -> list[str]:
        """The finished lines, none longer than the width."""
        if not self.items:
            return []
        for style in self.styles:
            cells = [self._cells(item, *style) for item in self.items if isinstance(item, Line)]
            numbers = max(len(number) for number, _, _, _ in cells)
            signed = max(len(sign) for _, _, sign, _ in cells)
            left = max(len("before"), *(len(before) for _, before, _, _ in cells))
            right = max(len("now"), *(len(now) for _, _, _, now in cells))
            room = self.width - len(MARGIN) - numbers - 2 - 2 - signed - 1
            if left + right <= room:
                break
        if left + right > room:
            left = _shared([(len(before), len(now)) for _, before, _, now in cells], room)
            right = room - left
        lines = [f"{MARGIN}{'#'.rjust(numbers)}  {'before'.ljust(left)}  {' ' * signed} now"]
        rest = iter(cells)
        for item in self.items:
            if isinstance(item, Gap):
                lines.append(clip(f"{MARGIN}{' ' * numbers}  {item.text}", self.width))
                continue
            number, before, sign, now = next(rest)
            cell = f"{clip(before, left).ljust(left)}  {sign.ljust(signed)} {clip(now, right)}"
            lines.append(f"{MARGIN}{number.rjust(numbers)}  {cell}".rstrip())
        return self._where(*style) + lines

    def _where(self, old: _Side, new: _Side) -> list[str]:
        if not new.common:
            return []
        text = f"Lines without a file name are in {new.common}"
        if old.places and old.common not in ("", new.common):
            text += f" (before: {old.common})"
        return wrap(text + (f", those of {TEST} in {new.tests}." if new.tests else "."), self.width, MARGIN)

    def _cells(self, line: Line, old: _Side, new: _Side) -> tuple[str, str, str, str]:
        """Number, left side, sign and right side."""
        number = before = ""
        if line.before is not None:
            waits = line.before.number > self.last
            number = "" if waits else str(line.before.number)
            before = old.step(line.before, waits)
        now = line.note
        if line.after is not None:
            now = new.step(line.after, line.after.number == 0)
        elif line.wait is not None and line.wait.standing is not None:
            now = new.wait(line.wait.standing)
        return number, before, line.sign, now


def _shared(cells: Sequence[tuple[int, int]], room: int) -> int:
    """How much of the room the left side gets: so that the least is cut off, and about as much on either side."""

    def cut(left: int) -> tuple[int, int]:
        lost = [max(0, before - left) + max(0, now - (room - left)) for before, now in cells]
        return sum(lost), abs(room - 2 * left)

    return min(range(room // 4, room - room // 4), key=cut)


def _common(steps: Sequence[Step]) -> str:
    """The file of most steps; of the program, where any is."""
    files = Counter(_file(step.site) for step in steps if place(step.site))
    programs = Counter({file: times for file, times in files.items() if not file.startswith("test_")})
    return (programs or files or Counter([""])).most_common(1)[0][0]


def _file(site: Site) -> str:
    return place(site).rpartition(":")[0]
