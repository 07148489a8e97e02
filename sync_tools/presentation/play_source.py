"""The source around the lines where threads stand, with the threads in the margin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sync_tools.presentation.text import clip, plain
from sync_tools.words.position import READY, Position, Standing

Place = tuple[str, int]  # file, line
Row = tuple[tuple[int, ...], str]  # the threads that stand there, and the whole line

MOST_CONTEXT = 40  # lines on either side
WIDEST_MARGIN = 14  # columns for the threads' names


def program(position: Position, sources: Mapping[str, Sequence[str]], width: int, most: int) -> list[Row]:
    """At most `most` lines: each place where a thread stands, with as much around it as there is room for.

    Args:
        position: where the threads stand.
        sources: the lines of each file, by its name.
        width: columns.
        most: lines.
    """
    marks: dict[Place, list[int]] = {}
    quiet = set()
    for standing in sorted(position.threads, key=lambda each: _rank(position, each)):
        place = standing.site.file, standing.site.line
        if 1 <= place[1] <= len(sources.get(place[0], ())):
            if place not in marks and standing.thread == 0 and standing.state != READY:
                quiet.add(place)  # the test, while it waits for the others: its line says enough
            marks.setdefault(place, []).append(standing.thread)
    # Where there are more places than lines, those of threads that can't go on give way.
    while marks and len(list(_rows(marks, sources, 0, quiet, width))) > most:
        marks.popitem()
    if not marks:
        nothing: list[Row] = [((), "(no thread stands in a file that can be shown)")]
        return nothing[:most]
    context = 0
    while context < MOST_CONTEXT and len(list(_rows(marks, sources, context + 1, quiet, width))) <= most:
        context += 1
    return list(_rows(marks, sources, context, quiet, width))


def _rank(position: Position, standing: Standing) -> tuple[bool, bool, bool, int]:
    """The present thread first, then who can go on; the test's own thread, which mostly waits, last."""
    return (
        standing.thread != position.current,
        standing.state != READY,
        standing.thread == 0,
        standing.thread,
    )


def _shown(
    marks: Mapping[Place, list[int]], sources: Mapping[str, Sequence[str]], context: int, quiet: set[Place]
) -> list[Place]:
    found = set(marks)
    for file, line in marks:
        if (file, line) not in quiet:
            first, last = max(line - context, 1), min(line + context, len(sources[file]))
            found |= {(file, number) for number in range(first, last + 1)}
    # Files keep their order from step to step: the program, then the test, in which the scenario's own thread stands.
    others = {file for (file, _), threads in marks.items() if threads != [0]}
    return sorted(found, key=lambda place: (place[0] not in others, place))


def _rows(
    marks: Mapping[Place, list[int]],
    sources: Mapping[str, Sequence[str]],
    context: int,
    quiet: set[Place],
    width: int,
) -> Iterator[Row]:
    places = _shown(marks, sources, context, quiet)
    names = {place: " ".join(f"T{thread}" for thread in sorted(threads)) for place, threads in marks.items()}
    margin = min(max(5, *map(len, names.values())), WIDEST_MARGIN)  # wide enough for two: it should not jump
    number = max(len(str(line)) for _, line in places)
    before: Place = ("", 0)
    for file, line in places:
        if file != before[0]:
            yield (), clip(plain(file.replace("\\", "/").rsplit("/", 1)[-1]) + ":", width)
        elif line != before[1] + 1:
            yield (), " " * (margin + 1) + "." * number
        source = plain(sources[file][line - 1].rstrip())
        arrow = ">" if (file, line) in marks else " "
        mark = clip(names.get((file, line), ""), margin).ljust(margin)
        text = f"{mark}{arrow}{str(line).rjust(number)}  {source}".rstrip()
        yield tuple(marks.get((file, line), ())), clip(text, width)
        before = file, line
