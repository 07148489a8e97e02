"""How much is run."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.programs import CORRECT, PROGRAMS, TELLING, Program


@dataclass(frozen=True)
class Sizes:
    """How much is run.

    Attributes:
        repeat: turns of each short measurement.
        rounds: turns of what runs in processes of its own, other tools above all.
        schedules: schedules, or runs on OS threads, in one turn of a short measurement.
        budget: seconds that a tool has for a program.
        flat: schedules over which the cost must stay flat.
        imports: turns of the import.
        operations: of an instrumented primitive in one turn.
        records: sent through a small ring.
        correct, telling: the programs.
    """

    repeat: int = 15
    rounds: int = 3
    schedules: int = 600
    budget: float = 5.0
    flat: int = 20_000
    imports: int = 25
    operations: int = 100_000
    records: int = 1_000_000
    correct: tuple[Program, ...] = CORRECT
    telling: tuple[Program, ...] = TELLING


TINY = Sizes(
    repeat=2, rounds=1, schedules=20, budget=2.0, flat=1280, imports=2, operations=400, records=12_000,
    correct=(PROGRAMS["counter 2x1"],), telling=(PROGRAMS["lost wake-up"],),
)  # fmt: skip
LONG_FLAT = 1_000_000
LONG_RECORD = 10_000_000
