"""Slices, points and arrows on tracks, as Chrome trace events.

By the Trace Event Format (Google), as its two importers read it, Catapult's and Perfetto's:

* Begin ("B") and end ("E") events nest on each track. An arrow is a pair of flow events, "s" and "f" (this with
  ``"bp": "e"``); each hangs on the innermost slice that is open on its track at that time, and Perfetto draws the arrow
  from the end of the one to the beginning of the other. So the first must have ended when the second begins.
* Catapult tells flows apart by their id alone, so no two arrows have the same, whatever they mean.
* Perfetto sorts events by time and keeps the order of those of one time; others trust the order of the file. Here both
  orders are the same. No two records have the same time: each is at least a nanosecond after the one before it, also
  where a clock was too coarse, or (in an explored schedule) stood still.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

THREADS, LOCKS = 1, 2  # process numbers: one group of tracks each
TITLES = {THREADS: "threads", LOCKS: "locks"}

TraceEvent = dict[str, Any]


@dataclass
class Slice:
    """Something on a track, from `begin` to `end` (nanoseconds since the first record).

    Attributes:
        key: what it is about; a record that ends a wait ends the innermost slice with its key.
        about, result: arguments shown with it, known at its beginning and at its end.
        moment: it has no length of its own, and is shown as a point unless an arrow hangs on it.
        into, out: names and numbers of the arrows that end and begin here.
    """

    track: Track
    name: str
    begin: int
    about: TraceEvent
    key: int = 0
    end: int = 0
    result: TraceEvent = field(default_factory=dict)
    moment: bool = False
    into: list[tuple[str, int]] = field(default_factory=list)
    out: list[tuple[str, int]] = field(default_factory=list)

    def events(self) -> list[TraceEvent]:
        """Its trace events, in order."""
        here = {"pid": self.track.group, "tid": self.track.number, "cat": "sync"}
        begin = {"name": self.name, **here, "ts": self.begin / 1000}
        end = {"name": self.name, **here, "ts": self.end / 1000}
        # Inside, not at the very end: some take a slice's end for outside of it.
        last = {**here, "ts": (self.end - 1) / 1000}
        if self.moment and not self.into and not self.out:
            return [{"ph": "i", "s": "t", **begin, "args": self.about}]
        return [
            {"ph": "B", **begin, "args": self.about},
            *({"ph": "f", "bp": "e", **begin, "name": name, "id": number} for name, number in self.into),
            *({"ph": "s", **last, "name": name, "id": number} for name, number in self.out),
            {"ph": "E", **end, **({"args": self.result} if self.result else {})},
        ]


@dataclass
class Track:
    """A thread, or a lock.

    Attributes:
        free: the first nanosecond that nothing on it has used.
        open: its open slices, the innermost last.
    """

    group: int
    number: int
    name: str
    free: int = 0
    open: list[Slice] = field(default_factory=list)


class Trace:
    """Collects slices and the arrows between them."""

    def __init__(self, start: float) -> None:
        self.start = start  # seconds
        self.now = 0  # nanoseconds since then
        self.tracks: dict[tuple[int, int], Track] = {}  # by group and serial
        self.slices: list[Slice] = []
        self.arrows = 0

    def at(self, time: float) -> None:
        """Go on to `time` (seconds), or at least a little further."""
        # In a log of several explored schedules virtual time begins anew; a trace must go on.
        self.now = max(self.now + 1, round((time - self.start) * 1e9))

    def track(self, group: int, serial: int, name: str) -> Track:
        """The track of a thread or lock."""
        # Small numbers in order of appearance: the serials themselves may be too large for a viewer's integers.
        key = (group, serial)
        if key not in self.tracks:
            self.tracks[key] = Track(group, len(self.tracks) + 1, name or f"{len(self.tracks) + 1}")
        return self.tracks[key]

    def begin(self, track: Track, name: str, about: TraceEvent, key: int = 0, ago: float = 0.0) -> Slice:
        """Open a slice, as if `ago` seconds ago, though not before anything else on the track."""
        begin = max(track.free, self.now - round(ago * 1e9))
        found = Slice(track, name, begin, about, key)
        track.open.append(found)
        self.slices.append(found)
        self._used(track, begin)
        return found

    def end(self, found: Slice, result: TraceEvent | None = None) -> None:
        """Close a slice, and what is still open inside of it."""
        track = found.track
        while track.open:
            inner = track.open.pop()
            inner.end = max(track.free, self.now)
            self._used(track, inner.end)
            if inner is found:
                inner.result = result or {}
                return

    def moment(self, track: Track, name: str, about: TraceEvent) -> Slice:
        """Add something that takes no time."""
        found = self.begin(track, name, about)
        found.moment = True
        self.end(found)
        return found

    def arrow(self, name: str, source: Slice, target: Slice) -> None:
        """Draw an arrow from the end of one slice to the beginning of another."""
        self.arrows += 1
        source.out.append((name, self.arrows))
        target.into.append((name, self.arrows))

    def _used(self, track: Track, time: int) -> None:
        track.free = time + 1
        self.now = max(self.now, time)

    def close(self, track: Track) -> None:
        """Close whatever is open on a track."""
        if track.open:
            self.end(track.open[0])

    def events(self) -> list[TraceEvent]:
        """All of it, sorted by time; what is still open ends now."""
        for track in self.tracks.values():
            self.close(track)
        found = [event for one in self.slices for event in one.events()]
        return [*self._titles(), *sorted(found, key=lambda event: event["ts"])]

    def _titles(self) -> list[TraceEvent]:
        result: list[TraceEvent] = []
        for track in self.tracks.values():
            here = {"ph": "M", "pid": track.group, "tid": track.number, "ts": 0}
            group = TITLES[track.group]
            if not any(title["pid"] == track.group for title in result):
                result.append({"name": "process_name", **here, "args": {"name": group}})
            result.append({"name": "thread_name", **here, "args": {"name": track.name}})
        return result
