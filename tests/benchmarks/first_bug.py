"""How many schedules each strategy needs to the first failure of each known bug, beside the published figures.

Run it as a script:

    python tests/benchmarks/first_bug.py [--seeds 20] [--cap 10000] [--strategies surw,pos] [program ...]

The published figures are for C programs, which have other operations than their descriptions in Python.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kit"))

from first_failures import CAP, PUBLISHED, mean_to_first
from known_bugs import KNOWN_BUGS

STRATEGIES = ("auto", "dpor", "surw", "pct", "pos", "random")


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
