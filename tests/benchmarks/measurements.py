"""What is measured: one function a question, each returns a table."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import sync_tools
from benchmarks.comparisons import correct_programs, telling_programs
from benchmarks.measure import Ratio, Table, duration, figure, in_turn, judged, timing
from benchmarks.programs import PROGRAMS, two_adds, two_adds_four_times, two_that_write_often
from benchmarks.recorded import recording
from benchmarks.sizes import Sizes
from sync_tools.drivers.course import Progress


def explored(scenario: Callable[[], None], strategy: str, schedules: int) -> Callable[[], float]:
    """A function that explores the scenario, and returns the seconds a schedule took, everything included."""

    def run() -> float:
        began = time.perf_counter()
        found = sync_tools.explore(scenario, strategy=strategy, stop="never", max_schedules=schedules)
        return (time.perf_counter() - began) / (found.schedules + found.redundant)

    return run


def on_os_threads(scenario: Callable[[], None], runs: int) -> Callable[[], float]:
    """A function that runs the scenario on OS threads, and returns the seconds one run took."""

    def run() -> float:
        began = time.perf_counter()
        for _ in range(runs):
            scenario()
        return (time.perf_counter() - began) / runs

    return run


def both(ratio: Ratio) -> tuple[str, str]:
    """The ratio of the medians and that of the best turns, as two cells."""
    return figure(ratio.value), figure(ratio.best)


def one_schedule(sizes: Sizes) -> Table:
    """One explored schedule against one run of the same scenario on OS threads."""
    rows, data = [], []
    cases = (
        ("two adds, sampled", two_adds, "random", sizes.schedules),
        ("two adds 4 times, DPOR", two_adds_four_times, "dpor", min(256, sizes.schedules)),
    )
    for name, scenario, strategy, schedules in cases:
        runs = {
            "explored": explored(scenario, strategy, schedules),
            "threads": on_os_threads(scenario, schedules // 4),
        }
        runs["explored"]()  # what is done once a program is no part of a schedule
        samples = in_turn(runs, sizes.repeat)
        ratio = Ratio.of(samples["explored"], samples["threads"])
        verdict = judged(max(ratio.value, ratio.best), 1 / 2, 1 / 5)
        rows.append((name, timing(samples["explored"]), timing(samples["threads"]), *both(ratio), verdict))
        data.append({"case": name, **samples})
    return Table(
        "One explored schedule against one run on OS threads (at most 0.5, aim 0.2)",
        ("program", "explored", "OS threads", "ratio", "of best", ""),
        tuple(rows),
        (
            "Two adds: two threads that start, read, write and are joined; no lock. Exploring them ends after 4 "
            "schedules, so either many random ones are run, or all 256 of two adds four times in a row.",
        ),
        data,
    )


def bare_switches(switches: int) -> float:
    """Seconds that a switch from one greenlet to another takes, with nothing else."""
    import greenlet

    def there() -> None:
        while True:
            here.switch()

    here = greenlet.getcurrent()
    other = greenlet.greenlet(there)
    began = time.perf_counter()
    for _ in range(switches // 2):  # there and back
        other.switch()
    return (time.perf_counter() - began) / (switches // 2 * 2)


def operation(scenario: Callable[[], None], schedules: int) -> Callable[[], float]:
    """A function that explores with DPOR, and returns the seconds a visible operation took, everything included."""

    def run() -> float:
        began = time.perf_counter()
        found = sync_tools.explore(scenario, strategy="dpor", stop="never", max_schedules=schedules)
        return (time.perf_counter() - began) / found.operations

    return run


def visible_operation(sizes: Sizes) -> Table:
    """One visible operation under DPOR against a bare greenlet switch."""
    rows, data = [], []
    cases = (
        ("locked counter 3x2", PROGRAMS["counter 3x2"].scenario),
        ("2 x 12 writes", two_that_write_often),
    )
    for name, scenario in cases:
        runs = {"operation": operation(scenario, sizes.schedules // 2), "switch": lambda: bare_switches(20_000)}
        runs["operation"]()
        samples = in_turn(runs, sizes.repeat)
        ratio = Ratio.of(samples["operation"], samples["switch"])
        verdict = judged(max(ratio.value, ratio.best), 40, 15)
        rows.append((name, timing(samples["operation"]), timing(samples["switch"]), *both(ratio), verdict))
        data.append({"case": name, **samples})
    return Table(
        "A visible operation under DPOR against a greenlet switch (at most 40, aim 15)",
        ("program", "operation", "switch", "ratio", "of best", ""),
        tuple(rows),
        ("All that an exploration does, its beginning included, over its operations.",),
        data,
    )


def import_time(sizes: Sizes) -> Table:
    """What ``import sync_tools`` adds to the start of Python."""
    environment = {**os.environ, "PYTHONPATH": str(Path(sync_tools.__file__).resolve().parents[1])}

    def start(statement: str) -> Callable[[], float]:
        def run() -> float:
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", statement], env=environment, check=True)
            return time.perf_counter() - began

        return run

    statements = ("pass", "import sync_tools", "from sync_tools import explore")
    runs = {statement: start(statement) for statement in statements}
    for run in runs.values():
        run()  # byte code is written once
    samples = in_turn(runs, sizes.imports)
    rows = []
    base = statistics.median(samples["pass"])
    for statement in statements[1:]:
        added = statistics.median(samples[statement]) - base
        # Only the import is promised; what the first use adds is said beside it.
        verdict = judged(added, 0.080, 0.040) if statement == "import sync_tools" else ""
        rows.append((statement, timing(samples[statement]), timing(samples["pass"]), duration(added), verdict))
    return Table(
        "Import time (adds at most 80 ms, aim 40)",
        ("statement", "python -c", "of that pass", "adds", ""),
        tuple(rows),
        data=samples,
    )


def resident() -> int:
    """Bytes of this process that are in memory now; 0 where the system doesn't say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


@dataclass
class Mark:
    """The state of a long exploration at a tenth of its way."""

    schedules: int
    seconds: float  # of processor time: the machine's other work is not counted
    blocks: int  # of Python's own memory
    resident: int


def marks_of(scenario: Callable[[], None], strategy: str, schedules: int) -> list[Mark]:
    """Explore, and note the state at each tenth."""
    marks: list[Mark] = []

    def note(step: Progress) -> None:
        mark(step.schedules)

    def mark(done: int) -> None:
        if done >= schedules * len(marks) // 10:
            marks.append(Mark(done, time.process_time(), sys.getallocatedblocks(), resident()))

    mark(0)
    found = sync_tools.explore(scenario, strategy=strategy, stop="never", max_schedules=schedules, progress=note)
    if found.schedules + found.redundant < schedules:
        raise AssertionError(f"{scenario.__name__} has only {found.schedules} schedules")
    if len(marks) < 11:  # progress is told every so many schedules, and not for the last few
        marks.append(Mark(schedules, time.process_time(), sys.getallocatedblocks(), resident()))
    return marks


def flat(sizes: Sizes) -> Table:
    """Whether the last tenth of many schedules costs what the first did, in time and memory."""
    rows, data = [], []
    for name, scenario, strategy in (
        ("two adds, sampled", two_adds, "random"),
        ("2 x 12 writes, DPOR", two_that_write_often, "dpor"),
    ):
        sync_tools.explore(scenario, strategy=strategy, stop="never", max_schedules=64)
        marks = marks_of(scenario, strategy, sizes.flat)
        first, second, before, last = marks[0], marks[1], marks[-2], marks[-1]
        one = (second.seconds - first.seconds) / (second.schedules - first.schedules)
        ten = (last.seconds - before.seconds) / (last.schedules - before.schedules)
        grown = before.blocks - second.blocks
        rows.append(
            (
                name,
                f"{sizes.flat:,}",
                duration(one),
                duration(ten),
                figure(ten / one),
                f"{grown:+,}",
                f"{(before.resident - second.resident) / 2**20:+.1f} MiB",
                judged(ten / one, 1.25, 1.1),
            )
        )
        data.append({"case": name, "marks": [asdict(mark) for mark in marks]})
    return Table(
        "Flat in the number of schedules: first and last tenth",
        ("program", "schedules", "first", "last", "ratio", "blocks", "memory", ""),
        tuple(rows),
        ("Processor time a schedule. Memory grown from the end of the first tenth to that of the ninth.",),
        data,
    )


MEASUREMENTS: dict[str, Callable[[Sizes], Table | tuple[Table, ...]]] = {
    "one-schedule": one_schedule,
    "operation": visible_operation,
    "correct": correct_programs,
    "import": import_time,
    "verdicts": telling_programs,
    "flat": flat,
    "recording": recording,
}
