"""The graded hints in a lab's README: ``<details>`` blocks with a ``<summary>``."""

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
    try:
        text = readme.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{readme} cannot be read: {error}") from None
    return [Hint(title.strip(), body.strip()) for title, body in _BLOCK.findall(text) if "hint" in title.lower()]


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
