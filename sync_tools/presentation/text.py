"""Text that does nothing but be read, and plain ASCII that keeps to a width: the small functions of every rendering."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

Show = Callable[[str], str]  # how a rendering makes text of the program's harmless, on one line

_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def plain(text: str) -> str:
    """`text` on one line, in printable ASCII: everything else is escaped, as in ``\\xe9`` or ``\\n``."""
    # Terminals differ in what they can show and how wide it is; an escape is the same everywhere.
    shown = text.replace("\t", "    ").encode("ascii", "backslashreplace").decode("ascii")
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in shown)


def visible(text: str) -> str:
    """`text` on one line, in any script; what shows nothing, or turns the direction of others, is escaped.

    For a page: a browser has letters for most of Unicode. Controls, bidirectional ones too, and halves of a surrogate
    pair would be invisible, change how the rest reads, or not be stored at all.
    """
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text.replace("\t", "    "))


def brief(text: str, most: int = 120) -> str:
    """The same for a name or a value, which is not long; what is too long for one ends in ``...``."""
    shown = visible(text)
    return shown if len(shown) <= most else f"{shown[:most]}..."


def lines_of(text: str, show: Show = plain) -> list[str]:
    """The lines of `text`, in printable ASCII if nothing else is asked for, without blank ones at the end."""
    lines = [show(line).rstrip() for line in _LINE_ENDS.split(text)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def clip(text: str, width: int) -> str:
    """`text`, cut to `width` characters; ``..`` at the end says that it was cut."""
    if len(text) <= width:
        return text
    return text[: width - 2].rstrip() + ".." if width > 4 else text[:width]


def wrap(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Break `text` into lines of at most `width` characters; words longer than that are broken as well.

    Args:
        text: what to say; white space in it does not matter.
        width: characters in a line, the indent counted.
        first: what the first line begins with.
        rest: what each further line begins with; spaces as long as `first` where it is None.
    """
    indent = " " * len(first) if rest is None else rest
    lines = textwrap.wrap(
        plain(" ".join(text.split())),
        width,
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return lines or [first.rstrip()]


def fold(lines: list[str], limit: int, what: str, keep_end: bool = False) -> list[str]:
    """At most `limit` of `lines`, and a line that says how many were left out.

    Args:
        lines: what there is.
        limit: how many lines may remain, the note counted.
        what: what to call them: "line", "thread".
        keep_end: leave out of the middle, so that the last lines stay; otherwise leave out the end.
    """
    if len(lines) <= limit:
        return lines
    left_out = len(lines) - limit + 1
    note = f"... {count(left_out, what)} left out ..."
    head = (limit - 1) // 3 if keep_end else limit - 1
    return [*lines[:head], note, *lines[head + left_out :]]


def count(number: int, what: str, several: str = "") -> str:
    """``1 line``, ``2 lines``; `several` is for words that take no plain s."""
    return f"{number} {what}" if number == 1 else f"{number} {several or what + 's'}"


def command(label: str, text: str, width: int) -> list[str]:
    """A labelled shell command that stays whole when it is copied: long ones go on after a backslash."""
    text = plain(" ".join(text.split()))
    if len(label) + len(text) <= width:
        return [label + text]
    if len(text) <= width:
        return [label.rstrip(), text]
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width - 2:
            lines.append(line + " \\")
            line = ""
        line = f"{line} {word}" if line else word
        while len(line) > width - 2:
            # A word that fills a line: the shell joins it again, because the next line is not indented.
            lines.append(line[: width - 2] + "\\")
            line = line[width - 2 :]
    return [label.rstrip(), *lines, line]
