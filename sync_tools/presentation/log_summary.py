"""What a log tells, as values: how much is in it, what was waited for, and what could deadlock.

:mod:`sync_tools.presentation.log_text` draws them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync_tools.presentation.tables import told_apart
from sync_tools.primitives.contention import Contention, contention
from sync_tools.primitives.findings import HeldAtEnd
from sync_tools.primitives.lock_order import Cycle, cycles, edges, labels
from sync_tools.primitives.record import Record
from sync_tools.words.failure import Site

THREAD = "Thread"  # the kind of the records of threads' lives: they are about no primitive


@dataclass(frozen=True)
class Head:
    """How much a log holds.

    Attributes:
        records, threads, primitives: how many there are.
        seconds: that they cover.
        dropped: earlier records that had made room.
        missing: records between the first and the last that are not there, as in a file that was filtered.
        cut: the file's last line was cut off.
    """

    records: int
    threads: int
    primitives: int
    seconds: float
    dropped: int
    missing: int
    cut: bool


@dataclass(frozen=True)
class Cost:
    """What one primitive cost: its name, its kind, seconds waited for it in all, and the rest."""

    name: str
    kind: str
    total: float
    more: Contention


@dataclass(frozen=True)
class Summary:
    """What a log tells.

    Attributes:
        head: how much it holds.
        costs: of each primitive that was acquired: the one waited for longest in all first, then the one held longest.
        nested: some thread took a lock while it held another.
        cycles: potential deadlocks, the shortest first.
        names: how the locks of the cycles are written, by their names.
        threads: how threads are written, by serial.
        findings: what else was found, and may be a mistake; each one's text is a few lines.
        facts: what nobody was harmed by, likewise.
        places: how sites are written.
    """

    head: Head
    costs: tuple[Cost, ...]
    nested: bool
    cycles: tuple[Cycle, ...]
    names: dict[str, str]
    threads: dict[int, str]
    findings: tuple[str, ...]
    facts: tuple[str, ...]
    places: Places


class Places:
    """Writes a site as a file and a line, with as many folders as it takes to tell the log's files apart."""

    def __init__(self, files: Iterable[str]) -> None:
        parts = {file: file.replace("\\", "/").split("/") for file in dict.fromkeys(files)}
        sharers: dict[str, int] = {}
        for path in parts.values():
            for end in _ends(path):
                sharers[end] = sharers.get(end, 0) + 1
        short = {file: next((end for end in _ends(path) if sharers[end] == 1), file) for file, path in parts.items()}
        # Two names may still look alike once they are in printable ASCII.
        shown = told_apart(short.values())
        self._shown = {file: shown[name] for file, name in short.items()}

    def of(self, site: Site | None) -> str:
        """``bank.py:12``, or ``-`` where the place is not known."""
        return "-" if site is None or site.line < 1 else f"{self._shown[site.file]}:{site.line}"


def _ends(path: list[str]) -> Iterable[str]:
    return ("/".join(path[-count:]) for count in range(1, len(path) + 1))


def summarize(records: list[Record], dropped: int, *, cut: bool = False, findings: Sequence[object] = ()) -> Summary:
    """What a log tells.

    Args:
        records: in order.
        dropped: how many earlier ones had made room.
        cut: the file that they were read from breaks off.
        findings: what other analyses of the same records found; each one's ``str()`` is a few lines of text. One that
            has a ``waiting`` which is empty is a mere fact, unless it is a lock left behind.
    """
    used = [record for record in records if record.kind != THREAD]
    names = labels(used)
    found = list(edges(records))
    kinds = {names[record.primitive_serial]: record.kind for record in used}
    waits: dict[str, list[float]] = {}
    for record in used:
        if record.op == "acquired":
            waits.setdefault(names[record.primitive_serial], []).append(record.waited or 0.0)
    threads = printed(thread_names(records))
    shown = told_apart(names.values())
    head = Head(
        records=len(records),
        threads=len(threads),
        primitives=len(names),
        seconds=max(since(records), default=0.0),
        dropped=dropped,
        missing=records[-1].seq - records[0].seq + 1 - len(records) if records else 0,
        cut=cut,
    )
    costs = [Cost(shown[name], kinds[name], sum(waits[name]), cost) for name, cost in contention(used).items()]
    costs.sort(key=lambda cost: (-cost.total, -cost.more.held.max if cost.more.held else 0.0))
    return Summary(
        head=head,
        costs=tuple(costs),
        nested=bool(found),
        cycles=tuple(cycles(found)),
        names=shown,
        threads=threads,
        findings=tuple(str(finding) for finding in findings if not _is_fact(finding)),
        facts=tuple(str(finding) for finding in findings if _is_fact(finding)),
        places=Places(record.site.file for record in records),
    )


def _is_fact(finding: object) -> bool:
    return not getattr(finding, "waiting", True) and not isinstance(finding, HeldAtEnd)


def since(records: list[Record]) -> list[float]:
    """Seconds from the first record to each.

    Where time falls behind the first record's, another clock began: virtual time does so in each explored schedule.
    """
    start = float("inf")
    result = []
    for record in records:
        start = min(start, record.time)
        result.append(record.time - start)
    return result


def thread_names(records: Iterable[Record]) -> dict[int, str]:
    """A name for each thread, by its serial, that no other has: "worker", or "worker#1" and "worker#2"."""
    names: dict[int, str] = {}
    for record in records:
        names.setdefault(record.thread_serial, record.thread)
        if record.kind == THREAD:
            names.setdefault(record.primitive_serial, record.primitive)
    sharers: dict[str, list[int]] = {}
    for serial, name in names.items():
        sharers.setdefault(name, []).append(serial)
    for name, serials in sharers.items():
        if len(serials) > 1:
            names.update({serial: f"{name}#{number}" for number, serial in enumerate(serials, 1)})
    return names


def printed(names: dict[int, str]) -> dict[int, str]:
    """How names are written, by serial."""
    shown = told_apart(names.values())
    return {serial: shown[name] for serial, name in names.items()}
