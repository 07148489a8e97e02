"""One function a tool: run a program for at most so many seconds, and say what the tool says.

Each is used as its documentation recommends for small programs, in its fastest mode that tries every schedule:

* sync_tools: ``explore`` as it stands.
* frontrun: DPOR without a bound on preemptions, no watching of files and sockets, no replays of a failure. Where the
  real clock leaves it inconclusive, its virtual clock is tried for what is left of the time; the better answer counts.
* interleave-test: ``dfs`` between lines with its bound of two preemptions: its fastest. (By opcode there are many times
  more schedules, at half the rate or less.)
* os threads: the program run over and over with nobody's help, as a stress test would.

A tool can leave threads behind that never end, and what it patched. So each run has a process of its own:

    python tests/benchmarks/peers.py TOOL PROGRAM --budget 5
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    sys.path.append(str(HERE.parents[1]))  # last: PYTHONPATH can name another checkout

from benchmarks.programs import FAILS, HOLDS, PROGRAMS, Program  # noqa: E402

INCONCLUSIVE, NOT_DONE, BROKEN, KILLED = "inconclusive", "not done", "error", "no answer"
SAMPLES = 500
GRACE = 30.0  # seconds beyond its budget after which a tool's process is ended
OURS, FRONTRUN, INTERLEAVE, THREADS = "sync_tools", "frontrun", "interleave-test", "os threads"


@dataclass(frozen=True)
class Answer:
    """What a tool says about a program.

    Attributes:
        verdict: "holds", "fails", "inconclusive", "not done" (in its budget), "error" or "no answer".
        schedules: how many it ran; `cut` more were begun and given up as equivalent to others.
        seconds: of the exploration, imports not counted.
        rates: schedules a second of that run and of each repetition in the same process.
        sampled: schedules a second when many random ones are run in one go; 0.0 where that was not asked.
        why: its own words, shortened; "" when it holds.
    """

    tool: str
    program: str
    verdict: str
    schedules: int = 0
    seconds: float = 0.0
    cut: int = 0
    rates: tuple[float, ...] = ()
    sampled: float = 0.0
    why: str = ""


def first_line(text: object) -> str:
    """The first line of a message that says something, shortened."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    return lines[0][:160] if lines else type(text).__name__


def ask_sync_tools(program: Program, budget: float) -> Answer:
    """Explore with this kit, as it stands."""
    from sync_tools import explore

    began = time.perf_counter()
    found = explore(program.scenario, time_limit=budget, max_schedules=10**9)
    seconds = time.perf_counter() - began
    verdict = FAILS if found.outcome == "failed" else HOLDS if found.complete else NOT_DONE
    why = f"{found.failure.kind}: {first_line(found.failure.message)}" if found.failure else "; ".join(found.unseen)
    return Answer(OURS, program.name, verdict, found.schedules, seconds, cut=found.redundant, why=why)


def ask_frontrun(program: Program, budget: float) -> Answer:
    """Explore with frontrun: with the real clock first, and where that is inconclusive with its virtual one."""
    os.environ["FRONTRUN_ACTIVE"] = "1"  # what its command line does
    from frontrun import explore

    def once(clock: str, seconds: float) -> Answer:
        began = time.perf_counter()
        found = explore(
            setup=program.setup,
            workers=list(program.workers),
            invariant=program.check,
            clock=clock,
            preemption_bound=None,
            detect_io=False,
            reproduce_on_failure=0,
            total_timeout=seconds,
        )
        spent = time.perf_counter() - began
        verdict = INCONCLUSIVE if found.property_holds is None else HOLDS if found.property_holds else FAILS
        if verdict == HOLDS and spent >= seconds:
            verdict = NOT_DONE
        why = "" if verdict == HOLDS else first_line(found.inconclusive_reason or found.explanation or "")
        return Answer(FRONTRUN, program.name, verdict, found.num_explored, spent, why=why)

    answer = once("real", budget)
    if answer.verdict == INCONCLUSIVE and answer.seconds < budget:
        other = once("virtual", budget - answer.seconds)
        seconds = answer.seconds + other.seconds
        if other.verdict in (HOLDS, FAILS):
            return replace(other, seconds=seconds, why=f"virtual clock: {other.why}")
        return replace(answer, seconds=seconds)
    return answer


def ask_interleave_test(program: Program, budget: float) -> Answer:
    """Explore with interleave-test: bounded depth-first search between lines."""
    import interleave_test

    end = time.perf_counter() + budget

    class UntilTheEnd(interleave_test.DFSStrategy):  # it has a budget of schedules, and none of seconds
        def more(self) -> Any:
            return super().more() and time.perf_counter() < end

    search = UntilTheEnd()
    began = time.perf_counter()
    found = interleave_test.explore(
        program.scenario,
        strategy=search,
        iterations=10**9,
        granularity="line",
        timeout=budget,
        seed=0,
        raise_on_failure=False,
    )
    seconds = time.perf_counter() - began
    failure = found.failure
    if failure is None:
        return Answer(INTERLEAVE, program.name, HOLDS if found.exhausted else NOT_DONE, found.schedules_run, seconds)
    words = failure.details if failure.exception is None else repr(failure.exception)
    verdict = BROKEN if failure.kind == "exception" and not isinstance(failure.exception, EXPECTED) else FAILS
    if failure.kind == "hang":
        verdict = INCONCLUSIVE
    why = f"{failure.kind}: {first_line(words)}"
    return Answer(INTERLEAVE, program.name, verdict, found.schedules_run, seconds, why=why)


EXPECTED = (AssertionError, IndexError)  # what the wrong programs raise; anything else is the tool's own trouble


def ask_os_threads(program: Program, budget: float) -> Answer:
    """Run it on OS threads, over and over. A run that does not end in a second counts as a hang."""
    trouble: list[str] = []

    def run() -> None:
        try:
            program.scenario()
        except AssertionError:
            trouble.append("the check failed")

    threading.excepthook = lambda args: trouble.append(repr(args.exc_value))
    began = time.perf_counter()
    runs = 0
    while program.truth == HOLDS and time.perf_counter() - began < budget:
        program.scenario()  # nothing to watch over: it ends
        runs += 1
    while not trouble and time.perf_counter() - began < budget:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(1.0)
        if thread.is_alive():
            trouble.append("hangs")
        runs += 1
    seconds = time.perf_counter() - began
    if trouble:
        return Answer(THREADS, program.name, FAILS, runs, seconds, why=trouble[0])
    return Answer(THREADS, program.name, NOT_DONE, runs, seconds, why="nothing seen")


TOOLS: dict[str, Callable[[Program, float], Answer]] = {
    OURS: ask_sync_tools,
    FRONTRUN: ask_frontrun,
    INTERLEAVE: ask_interleave_test,
    THREADS: ask_os_threads,
}
MODULES = {FRONTRUN: "frontrun", INTERLEAVE: "interleave_test"}


def missing(tool: str) -> str:
    """Why a tool can't be asked on this Python; "" when it can."""
    module = MODULES.get(tool)
    if module is None or importlib.util.find_spec(module) is not None:
        return ""
    return f"{tool} is not installed: the extra 'bench' brings it, where it supports this Python"


def version(tool: str) -> str:
    """The tool's version, as installed."""
    return "" if tool == THREADS or missing(tool) else importlib.metadata.version(tool)


def ask_here(tool: str, program: Program, budget: float, repeat: float = 0.0) -> Answer:
    """Ask in this process; for `repeat` seconds more ask again, for the rate when everything is warm."""
    try:
        answer = TOOLS[tool](program, budget)
    except Exception as error:
        return Answer(tool, program.name, BROKEN, why=f"{type(error).__name__}: {first_line(error)}")
    rates = [answer.schedules / answer.seconds]
    end = time.perf_counter() + repeat
    while answer.verdict == HOLDS and time.perf_counter() < end:
        again = TOOLS[tool](program, budget)
        rates.append(again.schedules / again.seconds)
    sampled = sample(program) if tool == OURS and program.truth == HOLDS else 0.0
    return replace(answer, rates=tuple(rates), sampled=sampled)


def sample(program: Program) -> float:
    """Schedules a second of this kit when it runs `SAMPLES` random ones in one go."""
    from sync_tools import explore

    began = time.perf_counter()
    found = explore(program.scenario, strategy="random", stop="never", max_schedules=SAMPLES)
    return found.schedules / (time.perf_counter() - began)


def ask(tool: str, program: Program, budget: float, repeat: float = 0.0) -> Answer:
    """Ask in a process of its own, which is ended if it gives no answer."""
    command = [sys.executable, str(Path(__file__).resolve()), tool, program.name]
    options = ["--budget", str(budget), "--repeat", str(repeat)]
    try:
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, timeout=budget + repeat + GRACE, check=False
        )
    except subprocess.TimeoutExpired:
        return Answer(tool, program.name, KILLED, seconds=budget + GRACE, why=f"ended after {budget + GRACE:.0f} s")
    for line in reversed(done.stdout.splitlines()):
        if line.startswith(MARK):
            values = json.loads(line.removeprefix(MARK))
            return Answer(**{**values, "rates": tuple(values["rates"])})
    return Answer(tool, program.name, BROKEN, why=first_line(done.stderr[-400:] or f"exit status {done.returncode}"))


MARK = "ANSWER "


def main() -> None:
    """Ask one tool about one program, print the answer, and leave without waiting for threads that never end."""
    parser = argparse.ArgumentParser(description="Ask one tool about one program.")
    parser.add_argument("tool", choices=list(TOOLS))
    parser.add_argument("program", choices=list(PROGRAMS))
    parser.add_argument("--budget", type=float, default=5.0, help="seconds")
    parser.add_argument("--repeat", type=float, default=0.0, help="seconds to go on asking, for the rate")
    options = parser.parse_args()
    answer = ask_here(options.tool, PROGRAMS[options.program], options.budget, options.repeat)
    print(MARK + json.dumps(asdict(answer)), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
