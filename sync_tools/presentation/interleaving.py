"""The table of steps: one column a thread, beside them what the shared variables hold and which locks are held."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync_tools.presentation.folding import MOST_ROWS, Gap, Row, mentioned, select
from sync_tools.presentation.text import Show, clip, plain, wrap
from sync_tools.words.failure import Failure, Site, Step

MOST_COLUMNS = 3  # threads; more of them do not fit beside each other
WIDEST_STATE = 14  # characters for the value of a variable
MARGIN = "  "
_LAST_PART = re.compile(r"\.([A-Za-z_]\w*(?:#\d+)?(?:\[[^\[\]]*\])?)$")
_CONTAINERS = ("[", "{", "deque(", "set(", "defaultdict(", "OrderedDict(", "Counter(", "bytearray(")


@dataclass(frozen=True)
class _Style:
    """How much of each step is written out; a table takes the first style that fits."""

    short_names: bool  # "hits" for "HitCounter.hits", where nothing else is called that
    common_file: str  # not repeated in every row
    columns: bool  # one column a thread; otherwise one list
    beside: bool  # with the shared variables and the held locks


def place(site: Site, common_file: str = "") -> str:
    """``file.py:12``, only ``:12`` in the common file, nothing where the place is not known."""
    if site.line < 1:
        return ""
    shown = plain(site.short())
    return shown[shown.rindex(":") :] if shown.rpartition(":")[0] == common_file else shown


def thread_name(failure: Failure, index: int, show: Show = plain) -> str:
    """``T1 worker-1``."""
    name = show(failure.threads[index]) if 0 <= index < len(failure.threads) else ""
    return f"T{index} {name}".rstrip()


def interleaving(failure: Failure, width: int, most: int = MOST_ROWS) -> list[str]:
    """The lines of the table; none where no step is known.

    Args:
        failure: the failure.
        width: columns.
        most: lines that the steps themselves may take.
    """
    if not failure.steps:
        return []
    items = select(failure, most)
    files = Counter(place(step.site).rpartition(":")[0] for step in failure.steps if step.site.line > 0)
    common = files.most_common(1)[0][0] if files else ""
    styles = [
        _Style(short, file, columns, beside)
        for columns, beside in ((True, True), (True, False), (False, True), (False, False))
        for short, file in ((False, ""), (True, ""), (True, common))
    ]
    for style in styles:
        lines = _Table(failure, items, style).lines()
        if lines and max(map(len, lines)) <= width:
            break
    # The last style is a plain list. What does not fit even so loses the ends of its lines.
    note = _thread_list(failure, width) if not style.columns else []
    if style.common_file:
        note += wrap(f"Lines without a file name are in {style.common_file}.", width, MARGIN)
    return [*note, *(clip(line, width) for line in lines)]


def step_words(step: Step, names: Show, show: Show = plain) -> str:
    """``read hits = 0``, ``popleft items: 'a'``, ``acquire lock (timed out)``: what a step did, without its place.

    Args:
        step: the step.
        names: how to call what it touches, see :func:`shortener`.
        show: how to write out the rest.
    """
    text = " ".join(word for word in (show(step.operation), names(step.target)) if word)
    if step.value is not None and step.operation in ("read", "write"):
        text += f" = {show(step.value)}"
    elif step.value not in (None, "None"):  # a method that returns None has nothing to tell
        text += f": {show(str(step.value))}"
    return f"{text} ({show(step.note)})" if step.note else text


def deed(step: Step, names: Show, common_file: str = "") -> str:
    """``file.py:12 read hits = 0``: the same with its place, but for a file that every line would name."""
    return f"{place(step.site, common_file)} {step_words(step, names)}".lstrip()


def source_lines(failure: Failure, width: int, most: int) -> list[str]:
    """The program's lines that the table speaks of, in the order of the file; none where they are more than `most`.

    One line of a program is often several steps: this is where a reader sees that.
    """
    found = [step.site for step in failure.steps if step.site.line > 0 and step.site.source]
    sites = {(site.file, site.line): site for site in found}  # a lambda has lines of the function that it is in
    if len(sites) > most:
        return []
    places = {key: place(site) for key, site in sorted(sites.items())}
    widest = max(map(len, places.values()), default=0)
    return [clip(f"{MARGIN}{where.ljust(widest)}  {plain(sites[key].source)}", width) for key, where in places.items()]


def _thread_list(failure: Failure, width: int) -> list[str]:
    acting = sorted({step.thread for step in failure.steps})
    names = [thread_name(failure, index) for index in acting[:12]]
    more = f", and {len(acting) - 12} more" if len(acting) > 12 else ""
    return wrap("Threads: " + ", ".join(names) + more, width, MARGIN)


def _columns(steps: Sequence[Step]) -> tuple[list[int], range]:
    """Threads that get a column, and the positions of the steps that the scenario's own thread does not fence off.

    The scenario's thread mostly prepares and checks: where it acts only before all others or after them, its steps
    stand across the table and leave the columns to the threads that meet.
    """
    others = [position for position, step in enumerate(steps) if step.thread != 0]
    inner = range(others[0], others[-1] + 1) if others else range(len(steps))
    return sorted({steps[position].thread for position in inner}), inner


class _Table:
    """The table in one style."""

    def __init__(self, failure: Failure, items: list[Row | Gap], style: _Style) -> None:
        self.failure = failure
        self.style = style
        self.items = items
        self.names = shortener(names_of(failure)) if style.short_names else plain
        self.state = states(failure) if style.beside else {}
        self.threads, inner = _columns(failure.steps)
        self.fenced = {step.number for position, step in enumerate(failure.steps) if position not in inner}

    def lines(self) -> list[str]:
        """The finished lines; none where this style cannot show these threads."""
        if self.style.columns and len(self.threads) > MOST_COLUMNS:
            return []
        rows = [item for item in self.items if isinstance(item, Row)]
        numbers = max(len(_number(row)) for row in rows)
        widths = self._widths(rows)
        # Steps that stand across the columns may be the longest.
        across = [len(self._across(row)) for row in rows if self._is_across(row)]
        body = max([sum(widths) + 2 * (len(widths) - 1), *across])
        beside = self._beside([row.step for row in rows])
        lines = [self._line("#".rjust(numbers), self._header(widths), body, [column[0] for column in beside])]
        index = 0
        for item in self.items:
            if isinstance(item, Gap):
                lines.append(MARGIN + " " * (numbers + 2) + item.text())
                continue
            if item.step.preempts:
                lines.append(f"{MARGIN}{' ' * numbers}  --- preemption: switch to T{item.step.thread} ---")
            index += 1
            text = self._across(item) if self._is_across(item) else self._cell(item, widths)
            lines.append(self._line(_number(item).rjust(numbers), text, body, [column[index] for column in beside]))
            if item.first <= self.failure.raised_after <= item.step.number < self.failure.steps[-1].number:
                lines.append(f"{MARGIN}{' ' * numbers}  --- T{self.failure.failing_thread} has failed ---")
        return lines

    def _line(self, number: str, text: str, body: int, beside: list[str]) -> str:
        return f"{MARGIN}{number}  {text.ljust(body)}{''.join('  ' + cell for cell in beside)}".rstrip()

    def _is_across(self, row: Row) -> bool:
        return not self.style.columns or row.step.number in self.fenced or row.step.thread not in self.threads

    def _across(self, row: Row) -> str:
        return f"T{row.step.thread} {self._text(row)}"

    def _widths(self, rows: list[Row]) -> list[int]:
        if not self.style.columns:
            return [0]
        return [
            max(
                len(thread_name(self.failure, thread)),
                *(len(self._text(row)) for row in rows if row.step.thread == thread and not self._is_across(row)),
                0,
            )
            for thread in self.threads
        ]

    def _header(self, widths: list[int]) -> str:
        if not self.style.columns:
            return "step"
        names = (thread_name(self.failure, thread) for thread in self.threads)
        return "  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True))

    def _cell(self, row: Row, widths: list[int]) -> str:
        column = self.threads.index(row.step.thread)
        return " " * sum(width + 2 for width in widths[:column]) + self._text(row)

    def _text(self, row: Row) -> str:
        text = deed(row.step, self.names, self.style.common_file)
        return text if row.times == 1 else f"{text} ({row.times} times)"

    def _beside(self, steps: list[Step]) -> list[list[str]]:
        """The columns on the right, each with its heading first."""
        if not self.style.beside:
            return []
        columns = []
        for target, values in self.state.items():
            cells = [self.names(target), *(values.get(step.number, "") for step in steps)]
            cells = [clip(cell, WIDEST_STATE) for cell in cells]
            columns.append([cell.rjust(max(map(len, cells))) for cell in cells])
        held = [", ".join(map(self.names, step.held)) or "-" for step in steps]
        return [*columns, ["held", *held]]


def _number(row: Row) -> str:
    return str(row.step.number) if row.times == 1 else f"{row.first}-{row.step.number}"


def names_of(failure: Failure) -> set[str]:
    """What the steps touch and hold, in the program's words."""
    return {name for step in failure.steps for name in (step.target, *step.held)}


def shortener(names: Iterable[str], show: Show = plain) -> Show:
    """A function from a name to its last part, for those names whose last part says enough."""
    short = {name: match[1] if (match := _LAST_PART.search(name)) else name for name in names}
    uses = Counter(short.values())
    return lambda name: show(short[name] if name in short and uses[short[name]] == 1 else name)


def states(failure: Failure) -> dict[str, dict[int, str]]:
    """For the one or two variables that matter: the value after each step, by the step's number.

    Where more variables are written, those count that the reasons speak of.
    """
    written = {step.target: None for step in failure.steps if step.operation == "write" and step.value is not None}
    # A container changes through its own methods and under other names: its value here would soon be out of date.
    for step in failure.steps:
        if step.target.endswith("]") or (step.value or "").startswith(_CONTAINERS):
            written.pop(step.target, None)
    if len(written) > 2:
        named = [failure.steps[position].target for position in mentioned(failure)]
        written = {target: None for target in named if target in written}
    if len(written) > 2:
        return {}
    return {target: _values(failure.steps, target) for target in written}


def _values(steps: Sequence[Step], target: str) -> dict[int, str]:
    first = next(step for step in steps if step.target == target)
    # What is read first was there before. What is written first tells nothing about the time before.
    known = first.value if first.operation == "read" and first.value is not None else ""
    values = {}
    for step in steps:
        if step.target == target:
            known = step.value if step.operation in ("read", "write") and step.value is not None else "?"
        values[step.number] = plain(known)
    return values
