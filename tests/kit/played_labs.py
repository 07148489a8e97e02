"""The pages of the labs' games, for tests of what a player meets in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from lab_failures import REGISTRY

from sync_tools.doors.break_session import game_of
from sync_tools.drivers.playing import Game
from sync_tools.drivers.reachable import reachable
from sync_tools.presentation.play_page import write_play_page
from sync_tools.words.reachable import Reachable

WORDS = {"title": "The counter", "goal": "lose one", "play": "synclab break counter", "fix": "synclab run counter"}


def target_of(slug: str, solved: bool) -> str:
    """The program as it comes, whatever was solved here, or the solution."""
    return "solutions" if solved else str(REGISTRY.shipped(REGISTRY.find(slug)))


@contextmanager
def lab_game(slug: str, solved: bool = False) -> Iterator[Game]:
    """The game of a lab's goal."""
    with game_of(REGISTRY, REGISTRY.find(slug), target_of(slug, solved)) as game:
        yield game


@lru_cache(None)
def lab_graph(slug: str, solved: bool = False) -> Reachable:
    """All positions of a lab's game."""
    with lab_game(slug, solved) as game:
        return reachable(game)


def lab_page(slug: str, folder: Path, solved: bool = False) -> Path:
    """The page of a lab's game."""
    lab = REGISTRY.find(slug)
    path = folder / f"{slug}-{'solved' if solved else 'shipped'}.html"
    return write_play_page(
        lab_graph(slug, solved),
        path,
        title=lab.title,
        goal=lab.goal,
        play=f"synclab break {slug}",
        fix=f"synclab run {slug}",
        programs=[target_of(slug, False), str(REGISTRY.root / "solutions" / lab.id / lab.program_name)],
    )
