"""The paths that an instrumented primitive's operation can take outside of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from sync_tools.primitives import recording, watch

PATHS = ["unwatched", "watched", "recorded"]


@contextmanager
def on_path(path: str) -> Iterator[None]:
    """Take one of PATHS for a ``with`` block: nobody looks, a scenario has run before, or a recording is open."""
    before, watch.worlds_seen = watch.worlds_seen, path == "watched"
    watch._switch()
    try:
        with recording() if path == "recorded" else nullcontext():
            assert watch.on is (path != "unwatched")
            yield
    finally:
        watch.worlds_seen = before
        watch._switch()
