"""A log as Chrome trace events, for Perfetto and ``chrome://tracing``."""

from __future__ import annotations

from sync_tools.primitives.attempts import Sleepers, effective
from sync_tools.primitives.lock_order import labels
from sync_tools.primitives.record import BEGINNINGS, ENDINGS, EXCLUSIVE, Record
from sync_tools.primitives.trace_slices import LOCKS, THREADS, Slice, Trace, TraceEvent, Track

# What a program calls, of which an operation in the record is the beginning or the outcome.
VERBS = {"request": "acquire", "acquired": "acquire", "released": "release", "notified": "wait"}
# kind -> the call that wakes somebody, as the record has it, as it is called, and what the sleeper's record says then
WAKING = {
    "Condition": ("notify", "notify", "notified"),
    "Event": ("set", "set", "notified"),
    "Semaphore": ("released", "release", "acquired"),
    "BoundedSemaphore": ("released", "release", "acquired"),
}


def trace_events(records: list[Record]) -> list[TraceEvent]:
    """Chrome trace events of a log: what threads waited for, who held which lock, and who let whom go on.

    * A track a thread. Waits are slices ("acquire lock" where it had to wait, "wait changed", "join worker"); what else
      the thread did is a point ("set ready", "start worker", "ended").
    * A track a lock (also a condition's), with a slice for each time that a thread held it.
    * Arrows: from a hold to the next, where the next holder had to wait for it ("handover"); from the start of a thread
      to its beginning, and from its end to whoever joined it; from ``notify``, ``set`` and a semaphore's ``release`` to
      the thread that went on for it. Where several notifications came while a thread waited, the log does not say
      which one woke it: the arrow comes from the first one that has woken nobody else.

    Args:
        records: the log, in order.

    Returns:
        Events of the phases B, E, i, s, f and M, sorted by time; times in microseconds since the first record.
    """
    return _Drawing(records).trace.events() if records else []


class _Drawing:
    """Draws record by record."""

    def __init__(self, records: list[Record]) -> None:
        self.names = labels(records)
        self.trace = Trace(records[0].time)
        self.endings = {record.begun: record for record in records if record.op in ENDINGS}  # by `seq` of the beginning
        self.sleepers: dict[int, Sleepers[Slice]] = {}  # on conditions, events and semaphores
        self.holds: dict[int, tuple[int, Slice]] = {}  # lock -> its holder and the hold under way
        self.let_go: dict[int, Slice] = {}  # lock -> its latest hold that is over
        self.ended: dict[int, Slice] = {}  # thread -> its end
        for record in effective(records):
            self.trace.at(record.time)
            self.draw(record)

    def draw(self, record: Record) -> None:
        name = self.names[record.primitive_serial]
        thread = self.thread(record.thread_serial, record.thread)
        about = {"seq": record.seq, "op": record.op, "site": f"{record.site.file}:{record.site.line}"}
        call = f"{VERBS.get(record.op, record.op)} {name}"
        if record.kind == "Thread":
            self.life(record, thread, about)
        elif record.op in BEGINNINGS:
            if not self.at_once(record):
                self.trace.begin(thread, call, about, record.primitive_serial)
                if record.op == "wait" or record.kind not in EXCLUSIVE:
                    self.sleeping(record).sleep(record.thread_serial)
        elif record.op in ENDINGS:
            self.go_on(record, thread, call, about)
        elif record.op != "released" or record.kind not in EXCLUSIVE:
            moment = self.trace.moment(thread, call, about)
            if record.kind in WAKING and record.op == WAKING[record.kind][0]:
                self.sleeping(record).wake(moment, everyone=record.op == "set")
        if record.kind in EXCLUSIVE:
            self.hold(record, name, about)

    def thread(self, serial: int, name: str) -> Track:
        return self.trace.track(THREADS, serial, self.names.get(serial, name))

    def sleeping(self, record: Record) -> Sleepers[Slice]:
        return self.sleepers.setdefault(record.primitive_serial, Sleepers())

    def at_once(self, record: Record) -> bool:
        """True for a wait that was none: the lock was free, or the event was set."""
        ending = self.endings.get(record.seq)
        if ending is None:
            return False
        if record.kind == "Event":  # had it been set meanwhile, that would stand between
            return ending.op == "notified" and ending.seq == record.seq + 1
        return ending.op == "acquired" and not ending.contended

    def go_on(self, record: Record, thread: Track, call: str, about: TraceEvent) -> None:
        """A wait is over."""
        serial = record.primitive_serial
        waited = next((found for found in reversed(thread.open) if found.key == serial), None)
        if waited is not None:
            self.trace.end(waited, {"seq": record.seq, "outcome": record.op})
        _, call_name, outcome = WAKING.get(record.kind, ("", "", ""))
        waker = self.sleeping(record).go_on(record.thread_serial, record.op == outcome)
        if waker is not None:
            target = self.trace.moment(thread, f"{record.op} {self.names[serial]}", about)
            self.trace.arrow(call_name, waker, target)
        elif waited is None and (record.op != "acquired" or record.kind not in EXCLUSIVE):
            self.trace.moment(thread, call, about)

    def hold(self, record: Record, name: str, about: TraceEvent) -> None:
        serial = record.primitive_serial
        holder, under_way = self.holds.get(serial, (None, None))
        if record.op == "acquired" and (holder != record.thread_serial or record.depth <= 1):
            if under_way is not None:
                self.trace.end(under_way)
            track = self.trace.track(LOCKS, serial, name)
            holds = self.trace.begin(track, f"held by {self.names.get(record.thread_serial, record.thread)}", about)
            if record.contended and serial in self.let_go:
                self.trace.arrow("handover", self.let_go[serial], holds)
            self.holds[serial] = (record.thread_serial, holds)
        elif record.op == "released" and under_way is not None and record.depth == 0:
            self.trace.end(under_way, {"seq": record.seq, "released": about["site"]})
            self.let_go[serial] = under_way
            del self.holds[serial]

    def life(self, record: Record, thread: Track, about: TraceEvent) -> None:
        """A thread starts, ends, or is joined."""
        serial, name = record.primitive_serial, self.names[record.primitive_serial]
        if record.op == "start":
            start = self.trace.moment(thread, f"start {name}", about)
            child = self.thread(serial, name)
            self.ended.pop(serial, None)
            self.trace.close(child)  # what a thread of the same number left open in an earlier explored schedule
            self.trace.arrow("start", start, self.trace.moment(child, f"started by {thread.name}", about))
        elif record.op == "ended":
            self.ended[serial] = self.trace.moment(thread, "ended", about)
        elif record.op == "joined":
            if record.waited:
                self.trace.end(self.trace.begin(thread, f"join {name}", about, ago=record.waited))
            joined = self.trace.moment(thread, f"joined {name}", about)
            if serial in self.ended:
                self.trace.arrow("join", self.ended[serial], joined)
