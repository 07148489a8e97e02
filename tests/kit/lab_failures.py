"""The failures that the labs' programs show as they come, for tests of what renders them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sync_tools.doors import registry as registries
from sync_tools.doors.labrun import run_lab
from sync_tools.words.failure import Failure

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = registries.load(ROOT)
SLUGS = tuple(lab.slug for lab in REGISTRY)


@lru_cache(None)
def shipped_failure(slug: str) -> Failure:
    """The first failure of a lab's explored tests against the program as it comes, whatever was solved here."""
    lab = REGISTRY.find(slug)
    case = run_lab(REGISTRY, lab, str(REGISTRY.shipped(lab)), world="explored", stop_early=True).first_failure()
    assert case is not None and case.failure is not None, f"{slug} does not fail as it comes"
    return case.failure
