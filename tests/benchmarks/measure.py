"""Measuring side by side: A/B/A/B in one run, medians and how far the runs lie apart, and tables to show them.

The machine's other work falls on A and B alike when they take turns. A ratio is that of the two medians; its range is
that of the ratios within each turn. Beside a busy neighbour OS threads can cost ten times as much as alone, greenlets
don't: so the ratio of the best turns is said too, and a promise must hold for both.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Drawn

WIDTH = 80  # columns of a terminal


def in_turn(runs: Mapping[str, Callable[[], float]], repeat: int) -> dict[str, list[float]]:
    """Call every function once, then every one again, `repeat` times; return what each returned."""
    samples: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(repeat):
        # The order is turned round each time, so that none always runs behind the same other one.
        for name in list(runs) if turn % 2 == 0 else reversed(list(runs)):
            samples[name].append(runs[name]())
    return samples


def spread(samples: Sequence[float]) -> float:
    """Half the distance between the quartiles, as a part of the median. 0 for a single sample."""
    if len(samples) < 2:
        return 0.0
    lower, middle, upper = statistics.quantiles(samples, n=4, method="inclusive")
    return (upper - lower) / 2 / middle if middle else 0.0


@dataclass(frozen=True)
class Ratio:
    """How many times one thing costs another.

    Attributes:
        value: the ratio of the medians.
        lowest, highest: of the ratios within each turn.
        best: the ratio of the two best samples: the smallest costs, or the highest rates.
    """

    value: float
    lowest: float
    highest: float
    best: float

    @classmethod
    def of(cls, above: Sequence[float], below: Sequence[float], *, rates: bool = False) -> Ratio:
        """The ratio of two series of samples that were taken in turn: costs, or `rates`."""
        turns = [upper / lower for upper, lower in zip(above, below, strict=True)]
        best = max(above) / max(below) if rates else min(above) / min(below)
        return cls(statistics.median(above) / statistics.median(below), min(turns), max(turns), best)

    def __str__(self) -> str:
        between = "" if self.lowest == self.highest else f" ({figure(self.lowest)}-{figure(self.highest)})"
        return figure(self.value) + between


def figure(number: float) -> str:
    """A number with about three digits."""
    size = abs(number)
    return f"{number:,.0f}" if size >= 100 else f"{number:.1f}" if size >= 10 else f"{number:.3g}"


def duration(seconds: float) -> str:
    """Seconds in a unit that suits them."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6), ("ns", 1e9)):
        if abs(seconds) * factor >= 1 or unit == "ns":
            return f"{figure(seconds * factor)} {unit}"
    raise AssertionError("the last unit takes everything")


def timing(samples: Sequence[float]) -> str:
    """The median of some seconds, and their spread."""
    return f"{duration(statistics.median(samples))} +-{spread(samples):.0%}"


def judged(value: float, wanted: float, aim: float, *, more_is_better: bool = False) -> str:
    """Whether a figure is what was wanted: "aim reached", "kept" or "MISSED"."""
    if more_is_better:
        return "aim reached" if value >= aim else "kept" if value >= wanted else "MISSED"
    return "aim reached" if value <= aim else "kept" if value <= wanted else "MISSED"


@dataclass(frozen=True)
class Table:
    """What one measurement found.

    Attributes:
        title: one line.
        columns: their names; the first column is text, the others stand at the right.
        rows: the cells, as text.
        notes: sentences below the table.
        data: everything that was measured, for the JSON file.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    data: Any = field(default=None, compare=False)

    def draw(self, console: Console) -> None:
        """Print it."""
        drawn = Drawn(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for index, column in enumerate(self.columns):
            drawn.add_column(column, justify="right" if index else "left", overflow="fold")
        for row in self.rows:
            drawn.add_row(*row)
        with console.capture() as captured:
            console.print(self.title, style="bold")
            console.print(drawn)
            for note in self.notes:
                console.print(Padding(note, (0, 0, 0, 2)), style="dim")
        console.file.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n\n")
        console.file.flush()

    def markdown(self) -> str:
        """The same as Markdown."""
        lines = [f"## {self.title}", "", _line(self.columns), _line(["---"] + ["---:"] * (len(self.columns) - 1))]
        lines += [_line(row) for row in self.rows]
        lines += ["", " ".join(self.notes), ""] if self.notes else [""]
        return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def machine() -> dict[str, Any]:
    """What the figures depend on, in general terms: no names."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
    }


def store(tables: Sequence[Table], facts: Mapping[str, Any], folder: Path, name: str) -> tuple[Path, Path]:
    """Write the tables as Markdown and, with all samples, as JSON; return the two paths."""
    folder.mkdir(parents=True, exist_ok=True)
    text, data = folder / f"{name}.md", folder / f"{name}.json"
    about = ", ".join(f"{key} {value}" for key, value in facts.items())
    text.write_text("\n".join(["# Benchmarks", "", about, "", *(table.markdown() for table in tables)]), "utf-8")
    content = {"about": dict(facts), "tables": [asdict(table) for table in tables]}
    data.write_text(json.dumps(content, indent=1), "utf-8")
    return text, data
