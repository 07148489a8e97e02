"""Prove what every lab promises, and print the proof as a table.

    python tests/prove_labs.py --repeat 100 --stress-repeat 1000 --pass-repeat 200

For each lab:

* as shipped, an explored test fails in every run, in under a second, with the same schedule token each time;
* as shipped, the stressed test fails in at least 999 of 1000 runs;
* the solution and every ``other_*`` variant pass every test, always;
* every ``wrong_*`` variant fails its explored tests with the kind of failure that its header names.

Exit status 1 if a promise is broken. This is not collected by pytest: with these numbers it takes about an hour on two
cores. ``--repeat 5 --stress-repeat 20 --pass-repeat 1`` is enough for a first look.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hypothesis

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from sync_tools import explore, stress  # noqa: E402  (the checkout has to be on the path first)
from sync_tools.instrument.loader import LabModule  # noqa: E402

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# One example is a whole exploration. (Under pytest the plugin sees to it.) Set before the test files are loaded.
hypothesis.settings.register_profile("proof", deadline=None, database=None, derandomize=True)
hypothesis.settings.load_profile("proof")

SHIPPED, PASSES, WRONG = "shipped", "passes", "wrong"
STRESS_SHARE = 0.999  # of the runs of a shipped program, in which the stressed test must fail
PART = 20  # runs of a program that passes, in one go: parts of about a minute keep all processes busy to the end
SLOWEST = 1.0  # seconds in which the shipped program's first failing explored test must have failed


@dataclass(frozen=True)
class Job:
    """One program of one lab, and what it has to show."""

    lab: str
    slug: str
    bug_class: str
    role: str  # SHIPPED, PASSES or WRONG
    program: str  # path of the program, relative to the root
    repeat: int
    stress_repeat: int
    first: int = 0  # the first seed; a job of many runs is done in parts


@dataclass(frozen=True)
class Verdict:
    """What one program showed; `broken` lists the promises that it did not keep."""

    job: Job
    facts: str
    broken: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Tests:
    """The tests of one lab, in the order of the file."""

    explored: tuple[Any, ...]
    stressed: tuple[Any, ...]
    properties: tuple[Any, ...]


def registry() -> list[dict[str, Any]]:
    """Return the labs of ``labs/labs.toml``, in order."""
    with open(ROOT / "labs" / "labs.toml", "rb") as file:
        labs: list[dict[str, Any]] = tomllib.load(file)["lab"]
    return labs


def jobs(options: argparse.Namespace) -> Iterator[Job]:
    """Yield what has to be proved."""
    for lab in registry():
        name, slug = lab["id"], lab["slug"]
        if options.lab and slug not in options.lab and name not in options.lab:
            continue

        def job(role: str, path: Path, repeat: int, stress_repeat: int, lab: dict[str, Any] = lab) -> Job:
            program = str(path.relative_to(ROOT))
            return Job(lab["id"], lab["slug"], lab["bug_class"], role, program, repeat, stress_repeat)

        yield job(SHIPPED, ROOT / "labs" / name / f"{slug}.py", options.repeat, options.stress_repeat)
        variants = ROOT / "tests" / "variants" / name
        for path in [ROOT / "solutions" / name / f"{slug}.py", *sorted(variants.glob("other_*.py"))]:
            whole = job(PASSES, path, options.pass_repeat, options.pass_repeat)
            for first in range(0, options.pass_repeat, PART):
                yield replace(whole, repeat=min(PART, options.pass_repeat - first), first=first)
        for path in sorted(variants.glob("wrong_*.py")):
            yield job(WRONG, path, 1, 0)


def tests_of(lab: str) -> Tests:
    """Load the lab's test file and sort its tests by how they run."""
    path = ROOT / "tests" / "labs" / f"test_{lab}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    found = [value for name, value in vars(module).items() if name.startswith("test_")]
    plain = [test for test in found if not hasattr(test, "hypothesis")]
    return Tests(
        explored=tuple(test for test in plain if "rounds" not in test.options),
        stressed=tuple(test for test in plain if "rounds" in test.options),
        properties=tuple(test for test in found if hasattr(test, "hypothesis")),
    )


def run_explored(test: Any, job: Job, seed: int) -> Any:
    """Explore one test against the job's program; return the exploration."""
    return explore(test.scenario, args=(LabModule(job.lab, ROOT / job.program),), **{**test.options, "seed": seed})


def run_stressed(test: Any, job: Job, seed: int) -> Any:
    """Run one test on OS threads against the job's program; return the result."""
    return stress(test.scenario, args=(LabModule(job.lab, ROOT / job.program),), **{**test.options, "seed": seed})


def good_enough(test: Any, result: Any) -> bool:
    """True when the test passes. One that runs a part of the schedules on purpose passes when none of them failed."""
    partial = "preemptions" in test.options or test.options.get("strategy") in ("random", "pct", "pos", "surw")
    return bool(result.outcome == "passed" or (partial and result.outcome == "inconclusive"))


def expected_kind(program: Path) -> str:
    """Return the kind of failure that the header of a ``wrong_*`` variant names."""
    header = ast.get_docstring(ast.parse(program.read_text(encoding="utf-8"))) or ""
    named = re.findall(r"^kind: (\S+)$", header, flags=re.MULTILINE)
    if len(named) != 1:
        raise ValueError(f"{program}: the header must have exactly one line 'kind: ...', and has {len(named)}")
    return str(named[0])


def prove_shipped(job: Job) -> tuple[str, list[str]]:
    """Fail always, quickly, and in the same way."""
    broken = []
    tests = tests_of(job.lab)
    seen: dict[str, set[tuple[str, int, str]]] = {}
    failures = dict.fromkeys((test.scenario.__name__ for test in tests.explored), 0)
    seconds = dict.fromkeys(failures, 0.0)
    for seed in range(job.repeat):
        for test in tests.explored:
            result = run_explored(test, job, seed)
            if result.outcome == "failed":
                failure = result.failure
                name = test.scenario.__name__
                failures[name] += 1
                seconds[name] = max(seconds[name], result.seconds)
                seen.setdefault(name, set()).add((failure.schedule, failure.preemptions, failure.bug_class))
    sometimes = [name for name, count in failures.items() if 0 < count < job.repeat]
    always = [name for name, count in failures.items() if count == job.repeat]
    if not always:
        return "no explored test fails in every run", [f"{job.program}: no explored test fails in every run"]
    broken += [f"{job.program}: {name} fails in {failures[name]} of {job.repeat} runs" for name in sometimes]
    several = [name for name, ways in seen.items() if len(ways) > 1]
    broken += [f"{job.program}: {name} fails in {len(seen[name])} different ways" for name in several]
    slowest = seconds[always[0]]
    token, preemptions, bug_class = sorted(seen[always[0]])[0]
    if bug_class != job.bug_class:
        broken.append(f"{job.program}: the bug class is {bug_class!r}, the registry says {job.bug_class!r}")
    if slowest >= SLOWEST:
        broken.append(f"{job.program}: {always[0]} took {slowest:.2f} s to fail")
    caught = sum(
        any(run_stressed(test, job, seed).outcome == "failed" for test in tests.stressed)
        for seed in range(job.stress_repeat)
    )
    if caught < STRESS_SHARE * job.stress_repeat:
        broken.append(f"{job.program}: stressed caught it in {caught} of {job.stress_repeat} runs only")
    facts = (
        f"explored fails {failures[always[0]]}/{job.repeat}, at most {slowest:.3f} s; {bug_class}, {token}, "
        f"{preemptions} preemption(s); stressed fails {caught}/{job.stress_repeat}"
    )
    return facts, broken


def prove_passes(job: Job) -> tuple[str, list[str]]:
    """Pass every test, always."""
    broken = []
    tests = tests_of(job.lab)
    schedules = 0
    passed = 0
    for seed in range(job.first, job.first + job.repeat):
        good = True
        schedules = 0
        for test, run in [(t, run_explored) for t in tests.explored] + [(t, run_stressed) for t in tests.stressed]:
            result = run(test, job, seed)
            if run is run_explored:
                schedules += result.schedules
            if not good_enough(test, result):
                good = False
                why = f": {result.failure.kind}: {result.failure.message.splitlines()[0]}" if result.failure else ""
                broken.append(f"{job.program}: {test.scenario.__name__} {result.outcome} with seed {seed}{why}")
        for test in tests.properties if seed == 0 else ():
            good = call_property(test, job, broken) and good
        passed += good
    return f"passes {passed}/{job.repeat}, {schedules} classes of schedules", broken


def call_property(test: Any, job: Job, broken: list[str]) -> bool:
    """Run a hypothesis test once (its examples repeat the exploration already)."""
    try:
        test(lab=LabModule(job.lab, ROOT / job.program))
    except AssertionError as error:
        broken.append(f"{job.program}: {test.__name__}: {str(error).splitlines()[0]}")
        return False
    return True


def prove_wrong(job: Job) -> tuple[str, list[str]]:
    """Fail an explored test, and the first that fails in the way the header names."""
    expected = expected_kind(ROOT / job.program)
    for test in tests_of(job.lab).explored:
        result = run_explored(test, job, 0)
        if not good_enough(test, result):
            kind = result.failure.kind if result.failure else result.outcome
            facts = f"{kind} in {test.scenario.__name__}"
            return facts, [] if kind == expected else [f"{job.program}: {kind}, but its header says {expected}"]
    return "passes every explored test", [f"{job.program}: passes every explored test"]


PROOFS: dict[str, Callable[[Job], tuple[str, list[str]]]] = {
    SHIPPED: prove_shipped,
    PASSES: prove_passes,
    WRONG: prove_wrong,
}


def prove(job: Job) -> Verdict:
    """Do one job. An error in it is a broken promise too, and the other jobs go on."""
    started = time.perf_counter()
    try:
        facts, broken = PROOFS[job.role](job)
    except Exception as error:
        facts = f"{type(error).__name__}: {error}".splitlines()[0]
        broken = [f"{job.program}: {facts}"]
    return Verdict(job, facts, tuple(broken), time.perf_counter() - started)


def joined(parts: list[Verdict]) -> Verdict:
    """The verdict on a program whose runs were done in parts."""
    first = parts[0]
    if len(parts) == 1:
        return first
    counts = [re.match(r"passes (\d+)/(\d+)(.*)", part.facts) for part in parts]
    facts = next((part.facts for part, count in zip(parts, counts, strict=True) if count is None), "")
    if not facts:
        passed, runs = (sum(int(count[group]) for count in counts if count) for group in (1, 2))
        facts = f"passes {passed}/{runs}{counts[0][3] if counts[0] else ''}"
    broken = tuple(promise for part in parts for promise in part.broken)
    return Verdict(first.job, facts, broken, sum(part.seconds for part in parts))


def table(verdicts: list[Verdict]) -> str:
    """Render the verdicts, in order, as plain text."""
    rows = [("program", "role", "kept", "seconds", "facts")]
    for verdict in verdicts:
        kept = "NO" if verdict.broken else "yes"
        rows.append((verdict.job.program, verdict.job.role, kept, f"{verdict.seconds:.1f}", verdict.facts))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [[*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]] for row in rows]
    return "\n".join("  ".join(line) for line in lines)


def main() -> int:
    """Prove everything; return the exit status."""
    parser = argparse.ArgumentParser(description="Prove what every lab promises.")
    parser.add_argument("--repeat", type=int, default=100, help="runs of each explored test of a shipped program")
    parser.add_argument("--stress-repeat", type=int, default=1000, help="runs of its stressed test")
    parser.add_argument("--pass-repeat", type=int, default=200, help="runs of each solution and other_* variant")
    parser.add_argument("--lab", action="append", help="only this lab (slug or id); may be given more than once")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time")
    options = parser.parse_args()
    todo = list(jobs(options))
    if not todo:
        parser.error(f"no lab is called {', '.join(options.lab)}; see labs/labs.toml")
    done: dict[Job, Verdict] = {}
    with ProcessPoolExecutor(options.jobs) as pool:
        for future in as_completed([pool.submit(prove, job) for job in todo]):
            verdict = future.result()
            done[verdict.job] = verdict
            print(f"[{len(done)}/{len(todo)}] {verdict.job.program}: {verdict.facts}", flush=True)
    print()
    programs = dict.fromkeys(job.program for job in todo)
    print(table([joined([done[job] for job in todo if job.program == program]) for program in programs]))
    broken = [promise for job in todo for promise in done[job].broken]
    print("\n" + ("\n".join(["BROKEN PROMISES:", *broken]) if broken else "Every promise is kept."))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
