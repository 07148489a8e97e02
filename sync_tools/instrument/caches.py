"""What is known of classes. A lab's classes are new ones in each schedule, so the old ones must be let go of."""

from __future__ import annotations

from typing import Any

_caches: list[dict[Any, Any]] = []


def by_class() -> dict[Any, Any]:
    """A cache whose keys hold classes. (A weak dictionary forgets by itself, and takes six times as long to ask.)"""
    cache: dict[Any, Any] = {}
    _caches.append(cache)
    return cache


def forget() -> None:
    """Empty the caches: what is still in use is found out again."""
    for cache in _caches:
        cache.clear()
