"""Fixtures that several test files share."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_checkout import make_checkout

# Asserts that several test files share show their values too.
pytest.register_assert_rewrite("bad_input", "no_os_threads", "plain_and_rewritten")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path)
