"""Prove that the search runs every class of schedules once, on generated programs, and print the proof as a table.

    python tests/prove_search.py --programs 100000 --first 0 --jobs 2

Each program is searched by the kit, and counted by a reference that is written apart from it (tests/kit/reference.py).
The number of classes, the results with the number of classes of each, and the number of failing classes must be equal,
the search must say that it is complete, and the failure's token must replay. Programs that are too large for the
reference are given up, and counted.

Exit status 1 if there is a difference; the first few are shown with the smallest program that still differs. This is
not collected by pytest: the numbers above take about an hour on two cores. ``--programs 2000`` is enough for a first
look.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "kit")]  # the checkout, and the modules beside the kit's tests

import reference  # noqa: E402  (the path comes first)
from drawn_programs import draw  # noqa: E402
from search_difference import compare, smallest  # noqa: E402

PART = 250  # programs that one process does in one go
SHOWN = 20  # differences that are printed in full
REDUCED = 3  # of these, how many are made smaller: each takes a few hundred searches


@dataclass
class Count:
    """What some programs showed.

    Attributes:
        programs: how many were drawn.
        given_up: how many were too large for the reference.
        failing: how many can fail.
        classes: the classes of all that were compared.
        redundant: schedules that the search began and cut short.
        differences: the seed of each program that differs, and how.
    """

    programs: int = 0
    given_up: int = 0
    failing: int = 0
    classes: int = 0
    redundant: int = 0
    differences: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Count) -> None:
        """Count these too."""
        self.programs += other.programs
        self.given_up += other.given_up
        self.failing += other.failing
        self.classes += other.classes
        self.redundant += other.redundant
        self.differences += other.differences


def prove(seeds: range, limit: int) -> Count:
    """Compare the programs with these seeds. An error in one is a difference too, and the others go on."""
    count = Count(programs=len(seeds))
    for seed in seeds:
        try:
            both = compare(draw(seed), limit)
        except Exception as error:
            count.differences.append((seed, f"{type(error).__name__}: {error}"))
            continue
        if both is None:
            count.given_up += 1
            continue
        count.classes += both.classes
        count.redundant += both.redundant
        count.failing += both.failing > 0
        if both.difference:
            count.differences.append((seed, both.difference))
    return count


def table(count: Count, limit: int, seconds: float) -> str:
    """Render what was counted as plain text."""
    share = 100 * count.redundant / max(1, count.classes)
    rows = [
        ("programs", f"{count.programs:,}"),
        (f"given up (over {limit:,} beginnings)", f"{count.given_up:,}"),
        ("programs that can fail", f"{count.failing:,}"),
        ("classes of schedules", f"{count.classes:,}"),
        ("schedules begun and cut short", f"{count.redundant:,} ({share:.1f} % of the classes)"),
        ("differences", f"{len(count.differences):,}"),
        ("seconds", f"{seconds:,.0f}"),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def stories(differences: list[tuple[int, str]], limit: int) -> Iterator[str]:
    """The first differences, with their programs."""
    for number, (seed, how) in enumerate(sorted(differences)[:SHOWN]):
        program = draw(seed)
        yield f"seed {seed}: {program}\n    {how}"
        if number < REDUCED:
            try:
                yield f"    smaller: {smallest(program, limit)}"
            except Exception as error:
                yield f"    smaller: not found, {type(error).__name__}: {error}"
    if len(differences) > SHOWN:
        yield f"... and the seeds {', '.join(str(seed) for seed, _ in sorted(differences)[SHOWN:])}"


def main() -> int:
    """Prove everything; return the exit status."""
    parser = argparse.ArgumentParser(description="Prove that the search runs every class of schedules once.")
    parser.add_argument("--programs", type=int, default=100_000, help="how many programs to draw")
    parser.add_argument("--first", type=int, default=0, help="the first one's seed")
    parser.add_argument("--limit", type=int, default=reference.LIMIT, help="beginnings after which one is given up")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time")
    options = parser.parse_args()
    if options.programs < 1:
        parser.error("--programs: at least one")
    end = options.first + options.programs
    parts = [range(first, min(first + PART, end)) for first in range(options.first, end, PART)]
    count = Count()
    started = time.perf_counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        for future in as_completed([pool.submit(prove, part, options.limit) for part in parts]):
            count.add(future.result())
            print(
                f"[{count.programs:,}/{options.programs:,}] {count.classes:,} classes, "
                f"{len(count.differences)} differences",
                flush=True,
            )
    print("\n" + table(count, options.limit, time.perf_counter() - started))
    for line in stories(count.differences, options.limit):
        print(line)
    if count.differences:
        print("\nTHE SEARCH IS WRONG, OR THE REFERENCE IS.")
        return 1
    print("\nThe search and the reference agree.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
