"""A log as loguru records, as JSON lines, and as a Chrome trace.

All three run after the fact, on records that exist already: none is ever called while an instrumented lock's own
operation is under way, so a sink that takes an instrumented lock itself cannot deadlock.
"""

from __future__ import annotations

import json
import os
from typing import Any

from sync_tools.primitives.chrome_trace import trace_events
from sync_tools.primitives.reader import fields
from sync_tools.primitives.record import Record


def to_loguru(records: list[Record], logger: Any = None) -> None:
    """Log each record at level INFO, in order; every field of the record is a bound field ("extra")."""
    if logger is None:
        from loguru import logger  # imported here: `import sync_tools` stays quick

    for record in records:
        log_one(record, logger)


def log_one(record: Record, logger: Any) -> None:
    """Log one record."""
    logger.bind(**fields(record)).info(f"{record.primitive} {record.op}")


def to_jsonl(records: list[Record], path: str | os.PathLike[str]) -> None:
    """Write one JSON object a line, for :func:`sync_tools.primitives.saved.read_jsonl` and other programs."""
    with open(path, "w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(fields(record)) + "\n")


def to_chrome_trace(records: list[Record], path: str | os.PathLike[str]) -> None:
    """Write the JSON object format of Chrome's trace events (opens in Perfetto)."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"traceEvents": trace_events(records), "displayTimeUnit": "ns"}, file)
