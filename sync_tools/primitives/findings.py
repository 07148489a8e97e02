"""What else a log tells: locks left behind by threads that ended, and signals that came when nobody was there to see.

These are facts about one run, not proofs of a mistake: a producer that is faster than its consumer notifies nobody, and
is right. So each finding names the threads that waited in vain, if any did, and those that have some come first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sync_tools.primitives.attempts import Sleepers, Waiting, Waits, effective, named
from sync_tools.primitives.lock_order import labels
from sync_tools.primitives.record import ENDINGS, EXCLUSIVE, Record
from sync_tools.words.failure import Site

WOKE_LATE = "woke after the clear"


@dataclass(frozen=True)
class HeldAtEnd:
    """A thread ended while it held a lock, and nobody has released the lock since.

    Attributes:
        lock: its name.
        thread: who held it.
        site: where that thread took it (for a re-entrant lock: the outermost time).
        waiting: who asked for it and did not get it, after that thread's end.
    """

    lock: str
    thread: str
    site: Site
    waiting: tuple[Waiting, ...]

    def __str__(self) -> str:
        lines = [f"lock left behind: {self.thread} took {self.lock} at {self.site.short()} and ended"]
        return "\n".join([*lines, *(f"  in vain: {wait}" for wait in self.waiting)])


@dataclass(frozen=True)
class UnheardNotifies:
    """A condition was notified while no thread waited on it. By itself that is no mistake.

    Attributes:
        condition: its name.
        site: where it was notified.
        count: how often that was to no effect.
        threads: who notified, each once.
        waiting: waits that began after the first of these notifications, of threads that were not woken from any: it
            may be that their notification came too early.
    """

    condition: str
    site: Site
    count: int
    threads: tuple[str, ...]
    waiting: tuple[Waiting, ...]

    def __str__(self) -> str:
        title = "potential lost wake-up" if self.waiting else "notified nobody"
        times = "once" if self.count == 1 else f"{self.count} times"
        lines = [
            f"{title}: {', '.join(self.threads)} notified {self.condition} at {self.site.short()} "
            f"{times} while no thread waited"
        ]
        return "\n".join([*lines, *(f"  waited later, not woken: {wait}" for wait in self.waiting)])


@dataclass(frozen=True)
class UnseenSets:
    """An event was set, and cleared again before any waiting thread was seen to wake.

    Attributes:
        event: its name.
        set_site, clear_site: where.
        count: how often.
        threads: who set it, and who cleared it; each once.
        waiting: whom that concerns: who waited when it was set, or came too late (before it was set again) and did
            not see it. A thread that woke after the clear finds the event not set.
    """

    event: str
    set_site: Site
    clear_site: Site
    count: int
    threads: tuple[str, ...]
    waiting: tuple[Waiting, ...]

    def __str__(self) -> str:
        times = "" if self.count == 1 else f", {self.count} times"
        lines = [
            f"set but not seen: {self.event} was set at {self.set_site.short()} and cleared at "
            f"{self.clear_site.short()} before anybody woke ({', '.join(self.threads)}{times})"
        ]
        return "\n".join([*lines, *(f"  waiting: {wait}" for wait in self.waiting)])


Finding = HeldAtEnd | UnheardNotifies | UnseenSets


def findings(records: list[Record]) -> list[Finding]:
    """All findings of this module, the most important first: those for which somebody waits in vain."""
    found: list[Finding] = [*held_at_end(records), *unseen_sets(records), *unheard_notifies(records)]
    return sorted(found, key=lambda finding: not _in_vain(finding.waiting))


def held_at_end(records: list[Record]) -> list[HeldAtEnd]:
    """Locks (``Lock``, ``RLock``, the lock of a ``Condition``) that a thread held when it ended.

    A lock that another thread has released by the end of the log is none: a plain lock may be a latch. Only threads
    whose end is in the log are looked at.
    """
    names = labels(records)
    holds: dict[int, Record] = {}  # lock -> its holder's outermost acquisition
    ended: dict[int, Record] = {}
    vain = Waits("request")
    for record in effective(records):
        lock, thread = record.primitive_serial, record.thread_serial
        if record.kind == "Thread":
            if record.op == "ended":
                ended[thread] = record
        elif record.kind in EXCLUSIVE:
            vain.read(record)
            again = lock in holds and holds[lock].thread_serial == thread
            if record.op == "acquired" and not again:
                holds[lock] = record
            elif record.op == "released" and record.depth == 0 and (record.kind == "Lock" or again):
                holds.pop(lock, None)
    left = [(hold, ended[hold.thread_serial]) for hold in holds.values() if hold.thread_serial in ended]
    result = []
    for hold, end in left:
        asked = [wait for wait in vain.all(hold.primitive_serial) if wait.over > end.seq and wait.outcome != "acquired"]
        in_vain = named((wait.began, wait.outcome) for wait in asked)
        result.append(HeldAtEnd(names[hold.primitive_serial], hold.thread, hold.site, in_vain))
    return sorted(result, key=lambda finding: not finding.waiting)


def unheard_notifies(records: list[Record]) -> list[UnheardNotifies]:
    """Calls of ``notify`` and ``notify_all`` that came while no thread waited on the condition, by site.

    A waiting thread is recorded as notified only once it has the lock again, so it seems to wait longer than it does.
    Each call wakes at least one, the one that has waited longest: a call for which none is left is unheard, although
    the log may still have waits that have not ended. (Where a call woke several, later ones may be unheard that are not
    counted.) Those for which somebody may wait in vain come first, the others in the order of the log.
    """
    names = labels(records)
    before = _waiting_from_before(records)
    sleepers: dict[int, Sleepers[Record]] = {}
    unheard: dict[tuple[int, Site], list[Record]] = {}
    waits = Waits("wait")
    for record in effective(records):
        if record.kind != "Condition":
            continue
        condition, thread = record.primitive_serial, record.thread_serial
        waits.read(record)
        if condition not in sleepers:
            sleepers[condition] = Sleepers(before.get(condition, ()))
        if record.op == "wait":
            sleepers[condition].sleep(thread)
        elif record.op == "notify":
            if not sleepers[condition].wake(record):
                unheard.setdefault((condition, record.site), []).append(record)
        elif record.op in ENDINGS:
            sleepers[condition].go_on(thread, record.op == "notified")
    result = []
    for (condition, site), calls in unheard.items():
        later = [wait for wait in waits.all(condition) if wait.began.seq > calls[0].seq]
        lucky = {wait.began.thread_serial for wait in later if wait.outcome == "notified"}
        lost = named((wait.began, wait.outcome) for wait in later if wait.began.thread_serial not in lucky)
        threads = tuple(dict.fromkeys(call.thread for call in calls))
        result.append(UnheardNotifies(names[condition], site, len(calls), threads, lost))
    return sorted(result, key=lambda finding: not finding.waiting)


def unseen_sets(records: list[Record]) -> list[UnseenSets]:
    """Events that were set and cleared again before anybody woke, although somebody waited or came to wait.

    Only ``wait`` counts: who asks ``is_set`` is not recorded. Those for which somebody waits in vain come first, then
    those that were seen too late, each in the order of the log.
    """
    names = labels(records)
    raised: dict[int, Record] = {}  # event that is set -> since when
    missed: dict[int, list[Record]] = {}  # event -> who waits or comes to wait since its latest set, seen by nobody yet
    pairs: list[tuple[Record, Record, list[Record]]] = []
    waits = Waits("wait")
    for record in effective(records):
        if record.kind != "Event":
            continue
        event = record.primitive_serial
        waits.read(record)
        if record.op == "set" and event not in raised:
            raised[event] = record
            missed[event] = waits.under_way(event)
        elif record.op == "wait" and event in missed:
            missed[event].append(record)
        elif record.op == "notified" and event in raised:
            missed.pop(event, None)  # it was seen
        elif record.op == "clear" and event in raised:
            since = raised.pop(event)
            if event in missed:
                pairs.append((since, record, missed[event]))
    outcomes = {wait.began.seq: wait.outcome for event in names for wait in waits.all(event)}
    grouped: dict[tuple[int, Site, Site], list[tuple[Record, Record, list[tuple[Record, str]]]]] = {}
    for since, clear, concerned in pairs:
        told = []
        for wait in concerned:
            outcome = outcomes[wait.seq]
            if outcome != "notified":
                told.append((wait, outcome))
            elif wait.seq < clear.seq:
                told.append((wait, WOKE_LATE))
        if told:
            grouped.setdefault((clear.primitive_serial, since.site, clear.site), []).append((since, clear, told))
    result = []
    for (event, set_site, clear_site), times in grouped.items():
        threads = tuple(dict.fromkeys(name for since, clear, _ in times for name in (since.thread, clear.thread)))
        waiting = named(wait for _, _, told in times for wait in told)
        result.append(UnseenSets(names[event], set_site, clear_site, len(times), threads, waiting))
    return sorted(result, key=lambda finding: not _in_vain(finding.waiting))


def _waiting_from_before(records: Iterable[Record]) -> dict[int, list[int]]:
    """By condition, the threads whose wait began before the log: its end is the first that is seen of them there."""
    seen: set[tuple[int, int]] = set()
    result: dict[int, list[int]] = {}
    for record in records:
        key = (record.primitive_serial, record.thread_serial)
        if record.kind == "Condition" and key not in seen:
            seen.add(key)
            if record.op in ("notified", "timed out", "interrupted"):
                result.setdefault(record.primitive_serial, []).append(record.thread_serial)
    return result


def _in_vain(waiting: Iterable[Waiting]) -> bool:
    return any(wait.outcome != WOKE_LATE for wait in waiting)
