"""Tables as values, fitted to a width: what does not fit is shortened in its middle, and stays told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync_tools.presentation.text import plain

GAP = 2  # blanks between columns
NARROWEST = 8  # characters of a column that is shortened
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns"))
_UNSEEN = re.compile(r"^ | $|(?<= ) ")
_LONGEST_TIME = 999_999.5  # seconds that are written out


@dataclass(frozen=True)
class Column:
    """A column: its title, whether it is aligned to the right, and whether its cells may be shortened."""

    title: str
    right: bool = False
    shrinks: bool = False


@dataclass(frozen=True)
class Table:
    """Cells under titles. Made by :func:`table`, so they are printable ASCII, and each row has one cell a column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def widths(self) -> list[int]:
        """Characters that each column takes."""
        texts = zip(*([column.title for column in self.columns], *self.rows), strict=True)
        return [max(map(len, column)) for column in texts]

    def width(self) -> int:
        """Characters in the longest line."""
        return sum(self.widths()) + GAP * (len(self.columns) - 1)

    def fitted(self, width: int) -> Table:
        """The same table with shortened cells, so that its lines have at most `width` characters if that can be."""
        widths = self.widths()
        shrinking = [place for place, column in enumerate(self.columns) if column.shrinks]
        floors = {place: max(NARROWEST, len(self.columns[place].title)) for place in shrinking}
        for _ in range(self.width() - width):
            # The widest gives way, so that short names stay whole.
            shrinking = [place for place, floor in floors.items() if widths[place] > floor]
            if not shrinking:
                break
            widths[max(shrinking, key=widths.__getitem__)] -= 1
        return table(self.columns, self.rows, widths)

    def lines(self) -> list[str]:
        """Its lines, the titles first, without blanks at the end."""
        widths = self.widths()
        rights = [column.right for column in self.columns]
        lines = []
        for row in ([column.title for column in self.columns], *self.rows):
            cells = [
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(row, widths, rights, strict=True)
            ]
            lines.append((" " * GAP).join(cells).rstrip())
        return lines


def table(columns: Sequence[Column], rows: Sequence[tuple[str, ...]], widths: Sequence[int] | None = None) -> Table:
    """Make a table. Cells of a column that may be shortened can be any text, all others must be printable ASCII.

    Args:
        columns: at least one.
        rows: a cell a column each.
        widths: characters that the cells of each column may have at most; None means as many as they need.
    """
    cells: list[Sequence[str]] = []
    for place, texts in enumerate(zip(*rows, strict=True)):
        shown: dict[str, str] = {}
        if columns[place].shrinks:
            shown = told_apart(texts, None if widths is None else widths[place])
        cells.append([shown.get(text, text) for text in texts])
    return Table(tuple(columns), tuple(zip(*cells, strict=True)))


def told_apart(texts: Iterable[str], width: int | None = None) -> dict[str, str]:
    """Each text in printable ASCII of at most `width` characters, blanks at its ends included; no two look the same.

    Args:
        texts: any texts; equal ones count once.
        width: characters, 8 or more; None means as many as it takes. What is longer loses its middle
            ("very/..er.py:12"), and of texts that would become the same all but one end in "~2", "~3" and so on.
    """
    shown: dict[str, str] = {}
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for text in dict.fromkeys(texts):
        whole = _visible(text)
        short = first = _shorten(whole, width)
        while short in taken:
            numbers[first] = numbers.get(first, 1) + 1
            end = f"~{numbers[first]}"
            short = _shorten(whole, None if width is None else width - len(end)) + end
        shown[text] = short
        taken.add(short)
    return shown


def _visible(text: str) -> str:
    """Printable ASCII without blanks that nobody would see or count; all blanks but single ones within are escaped."""
    return _UNSEEN.sub(r"\\x20", plain(text.replace("\t", r"\t"))) or "''"


def _shorten(text: str, width: int | None) -> str:
    if width is None or len(text) <= width:
        return text
    head = (width - 2) // 3  # the end tells more: a file after its folders, a number after a name
    return text[:head] + ".." + text[len(text) - (width - 2 - head) :]


def duration(seconds: float | None) -> str:
    """Three digits and a unit, as in ``1.23ms``; ``0`` for nothing at all, ``-`` where it is not known."""
    if seconds is None:
        return "-"
    size = abs(seconds)
    sign = "-" if seconds < 0 else ""
    if size == 0:
        return "0"
    if size < 0.5e-9:
        return f"{sign}<1ns"  # clocks do not tell less
    if size >= _LONGEST_TIME:
        return f"{sign}{size:.2e}s"
    # 0.9995 and more of a unit would be written with the four digits of 1000 in the one below it.
    scale, unit = next(((scale, unit) for scale, unit in _UNITS if size >= 0.9995 * scale), _UNITS[-1])
    number = size / scale
    digits = 2 if number < 9.995 else 1 if number < 99.95 else 0
    return f"{sign}{number:.{digits}f}{unit}"
