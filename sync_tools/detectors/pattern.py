"""The name of a bug pattern, with its reasons."""

from __future__ import annotations

from typing import NamedTuple

UNCLASSIFIED = "unclassified"


class Pattern(NamedTuple):
    """A bug class and the sentences that say why."""

    bug_class: str
    why: tuple[str, ...]
