"""The files of logs: whether one can be written, how it is written, and what stands beside it."""

from __future__ import annotations

from pathlib import Path

from sync_tools.primitives.record import Record
from sync_tools.primitives.writers import to_chrome_trace, to_jsonl
from sync_tools.words.errors import UserError


def check_writable(path: Path) -> None:
    """Say before a program runs, not after, that a file cannot be written.

    Raises:
        UserError: it is a folder, its folder is missing, or there is no permission.
    """
    existed = path.exists()
    try:
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None


def beside(path: Path, name: str) -> Path:
    """``log.NAME.jsonl`` for ``log.jsonl``."""
    return path.with_name(f"{path.stem}.{name}{path.suffix}")


def save(records: list[Record], path: Path) -> None:
    """Write a Chrome trace if `path` ends in ".json", else one JSON object a line.

    Raises:
        OSError: it cannot be written.
    """
    (to_chrome_trace if path.suffix == ".json" else to_jsonl)(records, path)
