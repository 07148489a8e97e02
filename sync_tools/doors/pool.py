"""One function over many values, in one process a core, with a bar that shows how far it is."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

from sync_tools.doors import screen
from sync_tools.words.errors import UserError

Job = TypeVar("Job")
Result = TypeVar("Result")


def run_all(
    function: Callable[[Job], Result], jobs: Sequence[Job], processes: int | None, name: Callable[[Job], str]
) -> list[Result]:
    """Call a function with every job and return the results in the order of the jobs.

    Args:
        function: of a module's top level, for it is called in other processes; so jobs and results are plain values.
        jobs: what to call it with.
        processes: how many at a time; None for one a core. With 1 everything runs in this process.
        name: what the bar says about a job that is done.

    Raises:
        UserError: `processes` is not positive.
    """
    count = processes if processes is not None else os.cpu_count() or 1
    if count < 1:
        raise UserError(f"--jobs {processes}: at least one process is needed")
    with screen.progress_bar() as show:
        show("", 0, len(jobs))
        if min(count, len(jobs)) <= 1:
            results = []
            for job in jobs:
                results.append(function(job))
                show(name(job), len(results), len(jobs))
            return results
        # Spawned, as on every system: a forked process would inherit the threads and locks of this one.
        with ProcessPoolExecutor(count, multiprocessing.get_context("spawn")) as pool:
            futures = [pool.submit(function, job) for job in jobs]
            places = dict(zip(futures, jobs, strict=True))
            try:
                for done, future in enumerate(as_completed(futures), 1):
                    show(name(places[future]), done, len(jobs))
                return [future.result() for future in futures]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
