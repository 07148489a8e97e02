"""What is known of each rewritten loop from its text: how deep it stands, and what decides whether it goes on."""

from __future__ import annotations

from typing import NamedTuple


class Loop(NamedTuple):
    """A loop of the program.

    Attributes:
        depth: how many loops of the same function are around it.
        bounded: True for a ``for`` over what has an end.
        names: variables that its exits look at: its test, and each ``if`` that leaves it.
        spans: the same for shared state: first and last number (exclusive) of the sites there.
    """

    depth: int
    bounded: bool
    names: set[str]
    spans: list[tuple[int, int]]


# By the loop's site. Like the table of sites it only ever grows.
_loops: dict[int, Loop] = {}


def add_loop(site: int, loop: Loop) -> None:
    """Register the loop whose turns announce themselves with that site."""
    _loops[site] = loop


def loop_at(site: int) -> Loop:
    """The loop with that site."""
    return _loops[site]
