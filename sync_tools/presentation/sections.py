"""What a text is made of: sections of lines and tables, each under its title, which any door can colour its own way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sync_tools.presentation.tables import Table

TITLE, ALARM, HEADING, BODY = "title", "alarm", "heading", "body"  # what a part of the text is


@dataclass(frozen=True)
class Section:
    """A part of what is told.

    Attributes:
        title: its first line.
        blocks: lines, or a table; an empty line stands between them.
        alarm: it tells of something that is wrong.
    """

    title: str
    blocks: tuple[tuple[str, ...] | Table, ...] = ()
    alarm: bool = False


def parts(sections: Sequence[Section]) -> Iterator[tuple[str, str]]:
    """The text in parts, each of whole lines without the last line's end, and what each is."""
    for number, section in enumerate(sections):
        if number:
            yield "", BODY
        yield section.title, ALARM if section.alarm else TITLE
        for place, block in enumerate(section.blocks):
            if place:
                yield "", BODY
            lines = block.lines() if isinstance(block, Table) else list(block)
            if isinstance(block, Table):
                yield lines.pop(0), HEADING
            if lines:
                yield "\n".join(lines), BODY


def text(sections: Sequence[Section]) -> str:
    """The sections as plain text, without a line end after the last line."""
    return "\n".join(part for part, _ in parts(sections))


def many(number: int, what: str) -> str:
    """``1 record``, ``1,200 records``."""
    return f"{number:,} {what}" + "s" * (number != 1)
