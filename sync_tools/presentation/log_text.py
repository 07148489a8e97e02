"""The sections that tell what a log holds: a heading, sentences, tables. Printable ASCII that keeps to a width."""

from __future__ import annotations

from collections.abc import Sequence

from sync_tools.presentation.log_summary import Places, Summary
from sync_tools.presentation.log_tables import NARROWEST, contention_sections
from sync_tools.presentation.sections import Section, many
from sync_tools.presentation.tables import duration
from sync_tools.presentation.text import clip, lines_of, wrap
from sync_tools.primitives.lock_order import Cycle, Edge
from sync_tools.words.failure import Site

MOST_CYCLES = 10  # potential deadlocks that are shown
MOST_FINDINGS = 10  # of other kinds, unless all are wanted
_DEADLOCKS = (
    "Threads took these locks in orders that close a circle. This time it went well. Had each thread taken its first "
    "lock before any of them asked for its second, all would wait for ever. Cure: take the locks in the same order "
    "everywhere, or only under one more lock that is always taken first."
)
_ONLY_THIS_RUN = "That is said of what ran here: other code, or other input, may take locks another way."


def summary_sections(summary: Summary, width: int, *, whole: bool = False) -> list[Section]:
    """What a log tells.

    Args:
        summary: what to draw.
        width: columns; below 80 it is taken as 80.
        whole: show all primitives, however many they are.
    """
    width = max(width, NARROWEST)
    contention = contention_sections(summary.costs, summary.places, width, whole=whole)
    sections = [_head(summary, width), *contention, _deadlocks(summary, width)]
    found = summary.findings + (summary.facts if whole else ())
    if found:
        sections.append(_findings(found if whole else found[:MOST_FINDINGS], len(found), width))
    if summary.facts and not whole:
        sections.append(_facts(len(summary.facts), width))
    return sections


def _head(summary: Summary, width: int) -> Section:
    head = summary.head
    dropped = f"{head.dropped:,}" if head.dropped else "none"
    title = (
        f"{many(head.records, 'record')} ({dropped} dropped) of {many(head.threads, 'thread')} "
        f"and {many(head.primitives, 'primitive')}, over {duration(head.seconds)}"
    )
    notes = []
    if head.dropped:
        notes.append(
            "The oldest records were dropped, for recording(capacity=...) keeps only the last. What they would tell is "
            "missing below."
        )
    if head.missing:
        notes.append(f"{many(head.missing, 'record')} between the first and the last: not in the file.")
    if head.cut:
        notes.append("The file's last line breaks off, as when a program is killed while it writes. It is left out.")
    lines = tuple(line for note in notes for line in wrap(note, width))
    return Section("\n".join(wrap(title, width)), (lines,) if lines else ())


def _deadlocks(summary: Summary, width: int) -> Section:
    found = summary.cycles
    if not found:
        reason = "Wherever threads held several locks, they had taken them in orders that cannot lock each other out."
        if not summary.nested:
            reason = "No thread took a lock while it held another."
        return Section("Potential deadlocks: none", (tuple(wrap(f"{reason} {_ONLY_THIS_RUN}", width)),))
    blocks = [tuple(wrap(_DEADLOCKS, width))]
    for number, cycle in enumerate(found[:MOST_CYCLES], 1):
        blocks.append(tuple(_cycle(number, cycle, summary, width)))
    if len(found) > MOST_CYCLES:
        more = f"{len(found) - MOST_CYCLES:,} more are left out; none of them has fewer locks than those above."
        blocks.append(tuple(wrap(more, width)))
    return Section(f"Potential deadlocks: {len(found):,}", tuple(blocks), alarm=True)


def _cycle(number: int, cycle: Cycle, summary: Summary, width: int) -> list[str]:
    first = f"{number:>3}. "
    lines = wrap(" -> ".join(summary.names[lock] for lock in (*cycle.locks, cycle.locks[0])), width, first)
    indent = " " * len(first)
    for edge in cycle.edges:
        lines += _edge(edge, summary, indent, width)
    return lines


def _edge(edge: Edge, summary: Summary, indent: str, width: int) -> list[str]:
    thread = summary.threads[edge.thread_serial]
    deeper = indent + "  "
    return [
        *wrap(f"{thread} held {summary.names[edge.held]}, taken at", width, indent, deeper),
        *_source(edge.held_site, summary.places, deeper, width),
        *wrap(f"and took {summary.names[edge.taken]} at", width, indent, deeper),
        *_source(edge.taken_site, summary.places, deeper, width),
    ]


def _source(site: Site, places: Places, indent: str, width: int) -> list[str]:
    """The place, and its line of source if that is known, cut to what fits."""
    lines = wrap(places.of(site), width, indent)
    source = lines_of(site.source)[:1]
    if source:
        lines[-1] += "  " + source[0].strip()
    return [*lines[:-1], clip(lines[-1], width)]


def _facts(number: int, width: int) -> Section:
    notes = (
        "A notification found nobody waiting, or an event was cleared before anyone had to wake, and nobody waited in "
        "vain: that is usual, as where a producer is faster than its consumer. --all shows them."
    )
    return Section(f"Signals that nobody needed: {number:,}", (tuple(wrap(notes, width)),))


def _findings(findings: Sequence[str], number: int, width: int) -> Section:
    """What other analyses found: their own lines, folded where they are too wide."""
    blocks = []
    for finding in findings:
        lines: list[str] = []
        for line in lines_of(finding):
            start = line[: len(line) - len(line.lstrip())][: width // 2]
            lines += wrap(line, width, start, start + "  ")
        blocks.append(tuple(lines))
    if len(findings) < number:
        blocks.append((f"{number - len(findings):,} more are left out: --all shows them.",))
    return Section(f"Other findings: {number:,}", tuple(blocks), alarm=True)
