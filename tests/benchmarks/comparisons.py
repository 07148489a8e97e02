"""This kit beside other tools, on the same programs: what they say, how long they take, schedules a second."""

from __future__ import annotations

import statistics
import sys
from dataclasses import asdict

from benchmarks import peers
from benchmarks.measure import Ratio, Table, duration, figure, judged
from benchmarks.peers import FRONTRUN, HOLDS, INTERLEAVE, NOT_DONE, OURS, THREADS, Answer
from benchmarks.programs import Program
from benchmarks.sizes import Sizes

Answers = dict[tuple[str, str], list[Answer]]  # by program and tool, one a turn


def asked(sizes: Sizes, programs: tuple[Program, ...], tools: tuple[str, ...], rounds: int, repeat: float) -> Answers:
    """Every tool's answers about every program, the tools taking turns, each in a process of its own."""
    answers: Answers = {}
    for program in programs:
        for _ in range(rounds):
            for tool in tools:
                if not peers.missing(tool):
                    budget = min(sizes.budget, 0.5) if tool == THREADS and program.truth == HOLDS else sizes.budget
                    answers.setdefault((program.name, tool), []).append(peers.ask(tool, program, budget, repeat))
                    say(f"{program.name}: {tool}: {answers[program.name, tool][-1].verdict}")
    return answers


def say(line: str) -> None:
    """Tell what has been done, on a terminal."""
    if sys.stderr.isatty():
        print(f"\r{line[:78]:<78}", end="", file=sys.stderr, flush=True)


def absent(tools: tuple[str, ...]) -> tuple[str, ...]:
    """What to say of the tools that can't be asked."""
    return tuple(f"{peers.missing(tool)}." for tool in tools if peers.missing(tool))


def rate(answers: list[Answer]) -> list[float]:
    """Schedules a second, one figure a turn: the median of the warm explorations, or of the only one."""
    return [statistics.median(answer.rates[1:] or answer.rates or (0.0,)) for answer in answers]


def correct_programs(sizes: Sizes) -> tuple[Table, ...]:
    """Each correct program to its end, and how many schedules a second that makes."""
    tools = (OURS, FRONTRUN, INTERLEAVE, THREADS)
    answers = asked(sizes, sizes.correct, tools, sizes.rounds, 0.5 if sizes.budget >= 5 else 0.0)
    rows = []
    for program in sizes.correct:
        mine = answers[program.name, OURS]
        seconds = statistics.median(answer.seconds for answer in mine)
        kept = seconds < 0.2 and all(answer.verdict == HOLDS for answer in mine)
        theirs = [answers.get((program.name, tool)) for tool in (FRONTRUN, INTERLEAVE)]
        cells = [exhausted(found) if found else "-" for found in (mine, *theirs)]
        rows.append((program.name, *cells, "kept" if kept else "MISSED"))
    exhaustion = Table(
        "Correct programs to their end: schedules / seconds (under 0.2 s)",
        ("program", OURS, FRONTRUN, "interleave", ""),
        tuple(rows),
        (
            f"The first exploration of a fresh process, without imports; {sizes.budget:.0f} s at most.",
            "+n: begun and cut short, because an equivalent one had been run.",
            "frontrun: DPOR without a bound. interleave: dfs, 2 preemptions, by line.",
            *absent(tools),
        ),
        {f"{program}, {tool}": [asdict(one) for one in found] for (program, tool), found in answers.items()},
    )
    beside = ((FRONTRUN, 50, 100), (INTERLEAVE, 5, 10), (THREADS, 2, 5))
    speeds = (speed(sizes, answers, tool, wanted, aim) for tool, wanted, aim in beside if not peers.missing(tool))
    return (exhaustion, *speeds)


def speed(sizes: Sizes, answers: Answers, tool: str, wanted: float, aim: float) -> Table:
    """Schedules a second, beside one other tool."""
    rows = []
    for program in sizes.correct:
        mine, theirs = answers[program.name, OURS], answers[program.name, tool]
        if not all(answer.schedules for answer in theirs):
            rows.append((program.name, "-", "-", theirs[0].verdict, "-", "-", ""))
            continue
        whole, sampled, other = rate(mine), [answer.sampled for answer in mine], rate(theirs)
        times, times_sampled = Ratio.of(whole, other, rates=True), Ratio.of(sampled, other, rates=True)
        verdict = judged(min(times.value, times.best), wanted, aim, more_is_better=True)
        if verdict == "MISSED" and min(times_sampled.value, times_sampled.best) >= wanted:
            verdict = "sampled only"
        speeds = (figure(statistics.median(samples)) for samples in (whole, sampled, other))
        rows.append((program.name, *speeds, str(times), figure(times_sampled.value), verdict))
    return Table(
        f"Schedules a second, beside {tool} (at least {wanted:.0f} times, aim {aim:.0f})",
        ("program", "ours", "sampled", "theirs", "times", "sampled", ""),
        tuple(rows),
        (
            "Whole explorations, repeated in one process, so what is done once an exploration is in it. "
            f"Sampled: {peers.SAMPLES} random schedules of ours in one go.",
        ),
    )


def exhausted(answers: list[Answer]) -> str:
    """How many schedules, in how many seconds; or that it was not done."""
    middle = sorted(answers, key=lambda answer: answer.seconds)[len(answers) // 2]
    count = f"{middle.schedules:,}" + (f"+{middle.cut:,}" if middle.cut else "")
    if middle.verdict == NOT_DONE:
        return f"not done: {count} / {duration(middle.seconds)}"
    return f"{'' if middle.verdict == HOLDS else middle.verdict + ': '}{count} / {duration(middle.seconds)}"


def telling_programs(sizes: Sizes) -> Table:
    """What each tool says about programs that are hard to judge."""
    tools = (OURS, FRONTRUN, INTERLEAVE, THREADS)
    answers = asked(sizes, sizes.telling, tools, 1, 0.0)
    rows = []
    for program in sizes.telling:
        cells = []
        for tool in tools:
            found = answers.get((program.name, tool))
            cells.append(sentence(found[0], program.truth) if found else "-")
        rows.append((program.name, program.truth, *cells))
    data = {f"{program}, {tool}": asdict(found[0]) for (program, tool), found in answers.items()}
    return Table(
        f"What each tool says, in at most {sizes.budget:.0f} s (capitals: it is wrong)",
        ("program", "truth", OURS, FRONTRUN, "interleave", "threads"),
        tuple(rows),
        ("The tools' own words are in the JSON file.", *absent(tools)),
        data,
    )


def sentence(answer: Answer, truth: str) -> str:
    """A verdict and its seconds; in capitals when it is the wrong one."""
    wrong = answer.verdict in (peers.FAILS, HOLDS) and answer.verdict != truth
    word = answer.verdict.upper() if wrong else answer.verdict
    if answer.tool == THREADS and answer.verdict == NOT_DONE:
        return f"nothing in {answer.schedules:,} runs"
    return f"{word} {duration(answer.seconds)}"
