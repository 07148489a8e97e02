"""Measure, print the tables, store them.

    python tests/benchmarks/run.py                     everything (a few minutes); or: tox -e bench
    python tests/benchmarks/run.py --only operation    one measurement
    python tests/benchmarks/run.py --long              a million schedules where flatness is measured
    PYTHONPATH=../other python tests/benchmarks/run.py another checkout

The tables go to ``results/last.md`` beside this file, all samples to ``results/last.json``. A promise that is missed is
said in the table; the exit status is 1 only with ``--strict``, because figures of a busy machine are no verdict.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path[0] = str(HERE.parent)
    sys.path.append(str(HERE.parents[1]))  # last: PYTHONPATH can name another checkout

from rich.console import Console  # noqa: E402

import sync_tools  # noqa: E402
from benchmarks import peers  # noqa: E402
from benchmarks.measure import WIDTH, Table, machine, store  # noqa: E402
from benchmarks.measurements import MEASUREMENTS  # noqa: E402
from benchmarks.sizes import LONG_FLAT, LONG_RECORD, TINY, Sizes  # noqa: E402


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure what an exploration costs, beside threads and other tools.")
    parser.add_argument("--only", action="append", choices=list(MEASUREMENTS), help="may be given more than once")
    parser.add_argument("--long", action="store_true", help="flatness over a million schedules, ten million records")
    parser.add_argument("--tiny", action="store_true", help="as little as possible: whether it works at all")
    parser.add_argument("--repeat", type=int, help="turns of the short measurements")
    parser.add_argument("--rounds", type=int, help="turns of the tools on the correct programs")
    parser.add_argument("--budget", type=float, help="seconds that a tool has for a program")
    parser.add_argument("--out", type=Path, default=HERE / "results", help="where the tables are stored")
    parser.add_argument("--strict", action="store_true", help="exit status 1 when a promise is missed")
    return parser.parse_args(arguments)


def sizes_of(options: argparse.Namespace) -> Sizes:
    """How much is to be run."""
    sizes = TINY if options.tiny else Sizes()
    given = {key: value for key in ("repeat", "rounds", "budget") if (value := getattr(options, key)) is not None}
    return replace(sizes, **given, **({"flat": LONG_FLAT, "records": LONG_RECORD} if options.long else {}))


def missed(tables: list[Table]) -> bool:
    """True when a table says that a promise is missed."""
    return any("MISSED" in cell for table in tables for row in table.rows for cell in row)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, store; return the exit status."""
    options = options_of(arguments)
    sizes = sizes_of(options)
    console = Console(width=WIDTH, highlight=False, markup=False, emoji=False)
    facts = {**machine(), **{tool: found for tool in peers.TOOLS if (found := version(tool))}}
    print(f"measuring {Path(sync_tools.__file__).parent}", file=sys.stderr)
    print(", ".join(f"{key} {value}" for key, value in facts.items()), end="\n\n")
    tables: list[Table] = []
    for name in options.only or MEASUREMENTS:
        found = MEASUREMENTS[name](sizes)
        for table in found if isinstance(found, tuple) else (found,):
            tables.append(table)
            table.draw(console)
    text, data = store(tables, facts, options.out, "last")
    print(f"stored in {text} and {data}", file=sys.stderr)
    return 1 if options.strict and missed(tables) else 0


def version(tool: str) -> str:
    """The version of a tool, this kit's own from the checkout that is measured."""
    return sync_tools.__version__ if tool == peers.OURS else peers.version(tool)


if __name__ == "__main__":
    sys.exit(main())
