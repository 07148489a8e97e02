"""Fixtures that several test files share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_checkout import make_checkout
from watch_sessions import newcomer, student

from sync_tools.primitives import adopt, watch

__all__ = ["newcomer", "student"]  # fixtures that stand beside what they make

# Asserts that several test files share show their values too.
pytest.register_assert_rewrite("bad_input", "no_os_threads", "plain_and_rewritten")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path)


@pytest.fixture(params=["no scenario yet", "after a scenario"])
def each_path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both ways in which operations are recorded: the fast one, and the one that asks for a scenario's world."""
    monkeypatch.setattr(watch, "worlds_seen", request.param == "after a scenario")
    watch._switch()
    yield
    monkeypatch.undo()
    watch._switch()


@pytest.fixture
def adopted() -> Iterator[None]:
    """The instrumented classes stand under threading's names."""
    adopt.instrument_threading()
    try:
        yield
    finally:
        adopt.restore_threading()
