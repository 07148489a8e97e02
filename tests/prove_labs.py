"""Prove what every lab promises, many times over, and print the proof as one table.

    python tests/prove_labs.py --repeat 50

Each repetition is ``synclab check`` in processes of its own, with another seed (of drawn inputs, of the noise on OS
threads, of samples) and another seed of Python's hashes. So for each lab, in every repetition: as it comes it fails
its explored and its stressed tests, and passes the sequential ones; the solution and every ``other_*`` pass all
tests; every ``wrong_*`` fails in the way that its header names. Then:

* ``--stress 1000``: as shipped, a stressed test fails in at least 999 of 1000 runs;
* ``--mutants``: ``synclab mutate``, once.

A verdict that is not the same in every repetition is a broken promise, and so is a token that is not. Exit status 1 if
one is broken. This is not collected by pytest: with these numbers it takes more than an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from sync_tools.doors import checking, mutating  # noqa: E402  (the checkout has to be on the path first)
from sync_tools.doors.labrun import run_lab  # noqa: E402
from sync_tools.doors.pool import run_all  # noqa: E402
from sync_tools.doors.programs import OTHER, SHIPPED, SOLUTION, WRONG  # noqa: E402
from sync_tools.doors.promises import EXPLORED, NATIVE  # noqa: E402
from sync_tools.doors.registry import Lab, load  # noqa: E402

STRESS_SHARE = 0.999  # of the runs of a shipped program, in which a stressed test must fail
PART = 50  # stressed runs in one go, so that all processes are busy to the end


@dataclass
class Shown:
    """What all repetitions showed of one lab."""

    lab: str
    kept: int = 0  # repetitions without a broken promise
    accepted: int = 0  # runs of right programs that passed, over all repetitions
    right: int = 0  # ... of how many
    rejected: int = 0  # runs of wrong programs that were rejected
    wrong: int = 0
    tokens: set[str] = field(default_factory=set)  # of the shipped program's goal test
    classes: set[int] = field(default_factory=set)  # of the solution
    bug_seconds: list[float] = field(default_factory=list)  # explored tests of the shipped program
    fix_seconds: list[float] = field(default_factory=list)  # explored tests of the solution
    stressed: str = ""
    mutants: str = ""


def one_repetition(labs: list[str], seed: int, jobs: int, rounds: int | None) -> list[dict[str, object]]:
    """Check the labs in new processes, with that seed and those hashes; return what each showed, as plain data."""
    call = [sys.executable, str(Path(__file__).resolve()), "--one", str(seed), "--jobs", str(jobs)]
    call += [] if rounds is None else ["--rounds", str(rounds)]
    for lab in labs:
        call += ["--lab", lab]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"the repetition with seed {seed} could not be run:\n{done.stdout}\n{done.stderr}")
    found: list[dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return found


def print_one(labs: list[Lab], seed: int, jobs: int, rounds: int | None) -> None:
    """Check the labs in this process's pool and print what they showed as one line of JSON."""
    registry = load(ROOT)
    checked = checking.check_labs(registry, labs, processes=jobs, seed=seed, rounds=rounds)
    print(json.dumps([{"problems": each.problems, "runs": [asdict(run) for run in each.runs]} for each in checked]))


def add(shown: Shown, found: dict, goal_test: str, seed: int) -> list[str]:
    """Add one repetition to what is known of a lab; return the broken promises."""
    shown.kept += not found["problems"]
    for run in found["runs"]:
        tests = run["tests"]
        explored = [test for test in tests if test["world"] == EXPLORED]
        seconds = sum(test["seconds"] for test in explored)
        passed = bool(tests) and all(test["outcome"] == "passed" for test in tests)
        if run["role"] in (SOLUTION, OTHER):
            shown.right += 1
            shown.accepted += passed
        if run["role"] == WRONG:
            shown.wrong += 1
            shown.rejected += bool(tests) and not passed
        if run["role"] == SOLUTION:
            # Drawn inputs differ from seed to seed, and so do their classes.
            shown.classes.add(sum(test["schedules"] for test in explored if not test["drawn"]))
            shown.fix_seconds.append(seconds)
        if run["role"] == SHIPPED:
            shown.tokens.update(test["token"] for test in explored if test["name"] == goal_test)
            shown.bug_seconds.append(seconds)
    return [f"{shown.lab}, seed {seed}: {problem}" for problem in found["problems"]]


@dataclass(frozen=True)
class Stressing:
    """Some stressed runs of one shipped program."""

    lab: str
    first: int
    number: int


def stress_some(part: Stressing) -> int:
    """Run the stressed tests of a shipped program with so many seeds; return in how many runs one failed."""
    registry = load(ROOT)
    lab = registry.find(part.lab)
    program = str(registry.shipped(lab))
    caught = 0
    for seed in range(part.first, part.first + part.number):
        result = run_lab(registry, lab, program, world=NATIVE, seed=seed)
        caught += any(case.world == NATIVE and case.outcome == "failed" for case in result.cases)
    return caught


def stress_all(labs: list[Lab], number: int, jobs: int, shown: dict[str, Shown]) -> list[str]:
    """Run the stressed tests of every shipped program so many times."""
    parts = [
        Stressing(lab.id, first, min(PART, number - first)) for lab in labs for first in range(0, number, PART)
    ]
    caught: dict[str, int] = defaultdict(int)
    for part, found in zip(parts, run_all(stress_some, parts, jobs, lambda part: part.lab), strict=True):
        caught[part.lab] += found
    broken = []
    for lab in labs:
        shown[lab.id].stressed = f"{caught[lab.id]}/{number}"
        if caught[lab.id] < STRESS_SHARE * number:
            broken.append(f"{lab.slug}: as shipped, a stressed test fails in {caught[lab.id]} of {number} runs only")
    return broken


def mutate_all(labs: list[Lab], jobs: int, shown: dict[str, Shown]) -> list[str]:
    """Try the mutants of every right program."""
    registry = load(ROOT)
    judged = mutating.judge_all(registry, labs, jobs)
    for lab in labs:
        states = [each.state for each in judged if each.trial.lab == lab.id]
        killed, harmless = states.count(mutating.KILLED), states.count(mutating.HARMLESS)
        shown[lab.id].mutants = f"{killed}+{harmless}/{len(states)}"
    bad = [each for each in judged if each.state in (mutating.SURVIVED, mutating.BROKEN)]
    return [f"{each.trial.lab} {each.trial.program}: {each.trial.mutant.name} {each.state} {each.by}" for each in bad]


def spread(seconds: list[float]) -> str:
    """The median, and the most."""
    return f"{statistics.median(seconds):.2f} ({max(seconds):.2f})" if seconds else "-"


def table(labs: list[Lab], shown: dict[str, Shown], repeat: int) -> str:
    """All labs as one table of plain text."""
    rows = [
        ("lab", "kept", "right accepted", "wrong rejected", "mutants", "stressed", "classes", "bug s", "fix s", "token")
    ]
    for lab in labs:
        each = shown[lab.id]
        rows.append(
            (
                lab.slug,
                f"{each.kept}/{repeat}" if repeat else "-",
                f"{each.accepted}/{each.right}" if repeat else "-",
                f"{each.rejected}/{each.wrong}" if repeat else "-",
                each.mutants or "-",
                each.stressed or "-",
                "/".join(map(str, sorted(each.classes))),
                spread(each.bug_seconds),
                spread(each.fix_seconds),
                " ".join(sorted(each.tokens)),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def main() -> int:
    """Prove everything; return the exit status."""
    parser = argparse.ArgumentParser(description="Prove what every lab promises.")
    parser.add_argument("--repeat", type=int, default=50, help="repetitions, each with other seeds")
    parser.add_argument("--first", type=int, default=0, help="seed of the first repetition")
    parser.add_argument("--rounds", type=int, help="at most so many rounds in the stressed tests of right programs")
    parser.add_argument("--stress", type=int, default=0, help="stressed runs of each shipped program")
    parser.add_argument("--mutants", action="store_true", help="also try the mutants, once")
    parser.add_argument("--lab", action="append", help="only this lab; may be given more than once")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)  # one repetition, for the process that asks for it
    options = parser.parse_args()
    registry = load(ROOT)
    labs = [registry.find(name) for name in options.lab] if options.lab else list(registry)
    if options.one is not None:
        print_one(labs, options.one, options.jobs, options.rounds)
        return 0
    shown = {lab.id: Shown(lab.slug) for lab in labs}
    broken: list[str] = []
    known = 0
    for seed in range(options.first, options.first + options.repeat):
        began = time.perf_counter()
        repetition = one_repetition([lab.slug for lab in labs], seed, options.jobs, options.rounds)
        for lab, found in zip(labs, repetition, strict=True):
            broken += add(shown[lab.id], found, lab.goal_test, seed)
        print("\n".join([f"seed {seed}: {time.perf_counter() - began:.0f} s", *broken[known:]]), flush=True)
        known = len(broken)
    if options.stress:
        broken += stress_all(labs, options.stress, options.jobs, shown)
    if options.mutants:
        broken += mutate_all(labs, options.jobs, shown)
    if options.repeat:
        for lab in labs:
            if len(shown[lab.id].tokens) > 1:
                broken.append(f"{lab.slug}: the goal test fails in {len(shown[lab.id].tokens)} different ways")
    print("\n" + table(labs, shown, options.repeat))
    print("\n" + ("\n".join(["BROKEN PROMISES:", *broken]) if broken else "Every promise is kept."))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
