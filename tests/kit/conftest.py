"""Fixtures that several test files share."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_checkout import make_checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path)
