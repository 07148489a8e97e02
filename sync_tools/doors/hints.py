"""The graded hints in a lab's README: ``<details>`` blocks with a ``<summary>``; and its story."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from sync_tools.words.errors import UserError

_BLOCK = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL | re.IGNORECASE)


class Hint(NamedTuple):
    """One hint."""

    title: str
    text: str


def read_hints(readme: Path) -> list[Hint]:
    """The hints of a lab, from a nudge to nearly the answer.

    Raises:
        UserError: the file cannot be read.
    """
    blocks = _BLOCK.findall(_read(readme))
    return [Hint(title.strip(), body.strip()) for title, body in blocks if "hint" in title.lower()]


def read_story(readme: Path) -> str:
    """The first paragraph of a lab's README, as it stands there; "" where there is none.

    Raises:
        UserError: the file cannot be read.
    """
    paragraphs = re.split(r"\n\s*\n", _read(readme).replace("\r\n", "\n"))
    return next((text.strip() for text in paragraphs if text.strip() and text.lstrip()[0] not in "#<"), "")


def choose(hints: list[Hint], number: int, lab: str) -> Hint:
    """The hint with that number, from 1.

    Raises:
        UserError: the lab has none of that number.
    """
    if not hints:
        raise UserError(f"{lab} has no hints.")
    if not 1 <= number <= len(hints):
        raise UserError(f"{lab} has hints 1 to {len(hints)}, and no hint {number}.")
    return hints[number - 1]


def one_more(shown: int, hints: list[Hint]) -> int:
    """The number of the hint to show after `shown` were read; after the last it is the last again."""
    return min(shown + 1, max(1, len(hints)))


def _read(readme: Path) -> str:
    try:
        return readme.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{readme} cannot be read: {error}") from None
