"""What several tests of recordings share: threads that are run, and what a log says of primitives alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sync_tools.primitives import AcquisitionLog, Record


def run_threads(*functions: Callable[[], Any]) -> None:
    """Run each in a thread of its own, named T1, T2, ...; re-raise the first error."""
    errors: list[BaseException] = []

    def guard(function: Callable[[], Any]) -> None:
        try:
            function()
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=guard, args=(function,), name=f"T{number}")
        for number, function in enumerate(functions, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def deeds(log: AcquisitionLog) -> list[Record]:
    """What was done to the primitives; threads' lives are left out."""
    return [record for record in log.records if record.kind != "Thread"]


def ops(log: AcquisitionLog, name: str | None = None) -> list[str]:
    return [record.op for record in deeds(log) if name in (None, record.primitive)]
