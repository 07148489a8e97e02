"""What the instrumented primitives cost beside ``threading``'s, recorded or not, and what a record takes in memory.

As a program, it measures in a process of its own and prints the samples as JSON: once a scenario has run in a process,
every operation asks for its world, and so it would be another thing that is measured.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path[0] = str(HERE.parent)
    sys.path.append(str(HERE.parents[1]))

import sync_tools  # noqa: E402
from benchmarks.measure import Ratio, Table, in_turn, judged, timing  # noqa: E402
from benchmarks.sizes import Sizes  # noqa: E402

# Each does its operation four times a turn, so that the loop itself hardly counts.


def with_blocks(it: Any, turns: int) -> None:
    for _ in range(turns):
        with it:
            pass
        with it:
            pass
        with it:
            pass
        with it:
            pass


def acquire_release(it: Any, turns: int) -> None:
    for _ in range(turns):
        it.acquire()
        it.release()
        it.acquire()
        it.release()
        it.acquire()
        it.release()
        it.acquire()
        it.release()


def notify(it: Any, turns: int) -> None:
    for _ in range(turns):
        with it:
            it.notify()
        with it:
            it.notify()
        with it:
            it.notify()
        with it:
            it.notify()


def set_wait_clear(it: Any, turns: int) -> None:
    for _ in range(turns):
        it.set()
        it.wait()
        it.clear()
        it.set()
        it.wait()
        it.clear()
        it.set()
        it.wait()
        it.clear()
        it.set()
        it.wait()
        it.clear()


REPEATED = 4
Operation = tuple[str, str, Callable[[Any, int], None], float, float]  # kind, what, how, at most off, at most on
OPERATIONS: tuple[Operation, ...] = (
    ("Lock", "with", with_blocks, 1.5, 4.0),
    ("Lock", "acquire, release", acquire_release, 0, 0),
    ("RLock", "with", with_blocks, 0, 0),
    ("Condition", "with", with_blocks, 1.3, 2.0),
    ("Condition", "with: notify", notify, 1.3, 2.0),
    ("Event", "set, wait, clear", set_wait_clear, 1.3, 2.0),
    ("Semaphore", "with", with_blocks, 1.3, 2.0),
    ("Semaphore", "acquire, release", acquire_release, 1.3, 2.0),
    ("BoundedSemaphore", "with", with_blocks, 1.3, 2.0),
)
FORMS = ("bare", "off", "on", "filling")
RING = 20_000  # records of the ring that is full


def timed(kind: str, how: Callable[[Any, int], None], turns: int, form: str) -> Callable[[], float]:
    """A function that returns the seconds one operation took, in one of the forms."""
    it = getattr(threading if form == "bare" else sync_tools, kind)()

    def run() -> float:
        gc.collect()  # what others left is no part of it
        began = time.perf_counter()
        how(it, turns)
        return (time.perf_counter() - began) / turns / REPEATED

    def recorded() -> float:
        with sync_tools.recording(RING):
            how(it, RING // REPEATED)  # at least a record each: now the ring is full, as in a program that goes on
            return run()

    def filling() -> float:
        with sync_tools.recording():
            return run()

    return {"on": recorded, "filling": filling}.get(form, run)


def bytes_a_record(records: int) -> float:
    """Bytes that the ring holds for each record of ``with`` blocks of a lock."""
    lock = sync_tools.Lock()
    with sync_tools.recording(records) as log:
        with_blocks(lock, 10)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        with_blocks(lock, records // (3 * REPEATED))
        used = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        return used / (records // (3 * REPEATED) * 3 * REPEATED) if len(log) else 0.0


def growth(records: int, capacity: int) -> list[tuple[int, float, int]]:
    """Send many records through a small ring; at each tenth: records so far, seconds, allocated blocks."""
    lock = sync_tools.Lock()
    tenth = records // (3 * REPEATED * 10)
    marks = []
    with sync_tools.recording(capacity) as log:
        for number in range(11):
            marks.append((number * tenth * 3 * REPEATED, time.process_time(), sys.getallocatedblocks()))
            if number < 10:
                with_blocks(lock, tenth)
        if log.dropped + len(log) != marks[-1][0]:
            raise AssertionError(f"{log.dropped} + {len(log)} records are not {marks[-1][0]}")
    return marks


def main(turns: int, repeat: int, records: int) -> dict[str, Any]:
    """Measure everything."""
    costs = []
    for kind, what, how, *_ in OPERATIONS:
        runs = {form: timed(kind, how, turns, form) for form in FORMS}
        for run in runs.values():
            run()  # what is done once is no part of an operation
        samples = in_turn(runs, repeat)
        costs.append({"kind": kind, "what": what, **samples})
    return {
        "costs": costs,
        "bytes": bytes_a_record(30_000),
        "growth": growth(records, min(100_000, records // 10)),
    }


def measured(sizes: Sizes) -> dict[str, Any]:
    """The same, in a process of its own."""
    path = os.pathsep.join([str(Path(sync_tools.__file__).resolve().parents[1]), str(HERE.parent)])
    arguments = [str(sizes.operations // REPEATED), str(sizes.repeat), str(sizes.records)]
    done = subprocess.run(
        [sys.executable, str(HERE / "recorded.py"), *arguments],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def recording(sizes: Sizes) -> tuple[Table, Table]:
    """What the instrumented primitives cost."""
    found = measured(sizes)
    rows = []
    for (kind, what, _, off_limit, on_limit), cost in zip(OPERATIONS, found["costs"], strict=True):
        off, on = Ratio.of(cost["off"], cost["bare"]), Ratio.of(cost["on"], cost["bare"])
        rows.append(
            (
                f"{kind} {what}",
                timing(cost["bare"]),
                f"{off.value:.2f}",
                judged(off.value, off_limit, 0) if off_limit else "",
                f"{on.value:.2f}",
                judged(on.value, on_limit, 0) if on_limit else "",
                f"{Ratio.of(cost['filling'], cost['bare']).value:.2f}",
            )
        )
    marks = found["growth"]
    one, ten = marks[1][1] - marks[0][1], marks[-1][1] - marks[-2][1]
    ring = Table(
        "The record: memory, and cost over many records (at most 200 bytes a record)",
        ("bytes a record", "records", "first tenth", "last tenth", "ratio", "blocks grown", ""),
        (
            (
                f"{found['bytes']:.0f}",
                f"{marks[-1][0]:,}",
                f"{one:.2f} s",
                f"{ten:.2f} s",
                f"{ten / one:.2f}",
                f"{marks[-2][2] - marks[1][2]:+,}",
                judged(found["bytes"], 200, 0),
            ),
        ),
        ("Blocks of Python's memory, from the end of the first tenth to that of the ninth.",),
        {"bytes": found["bytes"], "marks": marks},
    )
    costs = Table(
        "Instrumented primitives against threading's",
        ("operation", "threading", "off", "", "recorded", "", "filling"),
        tuple(rows),
        (
            "A with block of a Lock: at most 1.5 times as much, recorded at most 4 times. Event, Semaphore and "
            "Condition: at most 1.3 and 2 times. Recorded: in a ring that is full. While one of 100,000 is filled, the "
            "garbage collector looks at each new entry once.",
        ),
        found["costs"],
    )
    return costs, ring


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
