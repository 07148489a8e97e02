"""How many schedules a strategy needs to the first failure of a program.

The published figures are the means over 20 trials that Zhao, Wolff, Mathur & Roychoudhury, "Selectively uniform
concurrency testing", ASPLOS 2025, give for the C programs of SCTBench.
"""

from __future__ import annotations

from known_bugs import KnownBug

from sync_tools.drivers.choosing import SAMPLING, strategy_for
from sync_tools.drivers.runner import Runner

CAP = 10_000

# program -> sampler -> mean schedules to the first failure; CAP where it was not found in as many
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
    trials = range(seeds) if strategy in {*SAMPLING, "auto"} else range(1)
    return sum(schedules_to_first(bug, strategy, seed, cap) for seed in trials) / len(trials)
