"""Where an object lies in memory differs from run to run, and tells a reader nothing."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def without_addresses(text: str) -> str:
    """A text without what the default ``repr`` says of addresses."""
    return _ADDRESS.sub("", text)
