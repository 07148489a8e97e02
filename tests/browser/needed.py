"""What the tests in a browser need, and what becomes of them where it is missing."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

NEEDED = os.environ.get("SYNCLAB_NEEDS_BROWSER") == "1"


def missing(what: str) -> NoReturn:
    """Skip a test, or fail it where nobody must take a skipped test for a passed one."""
    if NEEDED:
        pytest.fail(f"SYNCLAB_NEEDS_BROWSER is set, and {what}", pytrace=False)
    pytest.skip(what, allow_module_level=True)


def playwright() -> None:
    """Skip the whole file without Playwright: one line says so."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        missing("Playwright is not installed: pip install 'synclab[browser]'")
