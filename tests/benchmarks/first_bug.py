"""How many schedules each strategy needs to the first failure of each known bug, beside the published figures.

Run it as a script:

    python tests/benchmarks/first_bug.py [--seeds 20] [--cap 10000] [--strategies surw,pos] [program ...]

Published are the means over 20 trials that Zhao et al., "Selectively uniform concurrency testing", ASPLOS 2025, give
for the C programs. They are a guide only: a C program has other operations than its description in Python.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kit"))

from known_bugs import KNOWN_BUGS, KnownBug

from sync_tools.drivers.choosing import SAMPLING, strategy_for
from sync_tools.drivers.runner import Runner

STRATEGIES = ("auto", "dpor", "surw", "pct", "pos", "random")
CAP = 10_000

# program -> strategy -> mean schedules to the first failure
PUBLISHED: dict[str, dict[str, float]] = {
    name: dict(zip(("surw", "pct", "pos", "random"), means, strict=True))
    for name, means in {
        "account": (6, 4, 4, 18),
        "bluetooth_driver": (70, 112, 36, 215),
        "deadlock01": (2, 13, 4, 3),
        "twostage": (8, 13, 15, 464),
        "reorder_3": (7, 185, 86, CAP),
        "reorder_5": (10, 647, 2169, CAP),
        "stack": (5, 3, 2, 176),
        "wronglock_3": (7, 51, 10, 36),
    }.items()
}


def schedules_to_first(bug: KnownBug, strategy: str, seed: int, cap: int = CAP) -> int:
    """The number of the first failing schedule, redundant ones counted too; `cap` + 1 when there was none."""
    runner = Runner(bug.scenario, bug.arguments)
    search = strategy_for(strategy, None, seed, "any", "first")
    with runner.open():
        for number in range(1, cap + 1):
            if not search.begin():
                break
            run = runner.run(search)
            search.end(run.world)
            if run.failed:
                return number
    return cap + 1


def mean_to_first(bug: KnownBug, strategy: str, seeds: int, cap: int = CAP) -> float:
    """The mean over the seeds 0, 1, 2, ...; a search that is no sampler does the same with every seed."""
    trials = range(seeds) if strategy in SAMPLING else range(1)
    return sum(schedules_to_first(bug, strategy, seed, cap) for seed in trials) / len(trials)


def cell(mean: float, published: float | None, cap: int) -> str:
    """One measured mean, the published one behind it."""
    text = f">{cap}" if mean > cap else f"{mean:.0f}" if mean >= 10 else f"{mean:.1f}"
    return text if published is None else f"{text} ({f'>{CAP}' if published >= CAP else f'{published:.0f}'})"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Schedules to the first failure, by program and strategy.")
    parser.add_argument("programs", nargs="*", help="names of programs; all when left out")
    parser.add_argument("--seeds", type=int, default=20, help="trials of each sampler (default 20)")
    parser.add_argument("--cap", type=int, default=CAP, help=f"schedules after which to give up (default {CAP})")
    parser.add_argument("--strategies", default=",".join(STRATEGIES), help="which, with commas between them")
    options = parser.parse_args(arguments)
    strategies = options.strategies.split(",")
    print("mean schedules to the first failure (published, for C)")
    print(f"{'':30}" + "".join(f"{strategy:>18}" for strategy in strategies))
    began = time.perf_counter()
    for bug in KNOWN_BUGS:
        if options.programs and bug.name not in options.programs:
            continue
        print(f"{bug.name:30}", end="", flush=True)
        for strategy in strategies:
            mean = mean_to_first(bug, strategy, options.seeds, options.cap)
            print(f"{cell(mean, PUBLISHED.get(bug.name, {}).get(strategy), options.cap):>18}", end="", flush=True)
        print()
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
