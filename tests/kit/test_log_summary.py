"""What a log tells: the whole text for one small program, and each of its parts."""

from __future__ import annotations

import re
import runpy
from typing import Any

import pytest
from drawn_logs import drawn, listed, lock_record

from sync_tools.presentation.log_order import order
from sync_tools.presentation.log_summary import summarize
from sync_tools.presentation.log_text import MOST_CYCLES, summary_sections
from sync_tools.presentation.sections import text
from sync_tools.primitives import Condition, Record, recording
from sync_tools.words.errors import UserError

BANK = """\
import threading
from sync_tools import Condition, Lock, RLock, Semaphore, recording

ada, bob = Lock(name="ada.lock"), RLock(name="bob.lock")
desks, news = Semaphore(2, name="desks"), Condition(name="news")

def transfer(source, target):
    with source:
        with target:
            pass

def visit():
    with desks, news:
        news.notify()

def late():
    ada.acquire()

def in_thread(name, work, *args):
    thread = threading.Thread(target=work, args=args, name=name)
    thread.start()
    return thread

with recording() as log:
    in_thread("T1", transfer, ada, bob).join()
    in_thread("T2", transfer, bob, ada).join()
    in_thread("T2", visit).join()
    ada.acquire()
    waiting = in_thread("late", late)
    while sum(record.op == "request" for record in log.records) < 8:
        pass  # until it stands before the lock
    ada.release()
    waiting.join()
records = log.records
"""

AT_80 = """\
24 records (none dropped) of 5 threads and 4 primitives, over 276ms

Contention: 1 of 4 primitives had to be waited for
primitive  count  contended  wait total  p50     p95     max
ada.lock       4          1      45.0ms    0  45.0ms  45.0ms

Held
primitive  kind       count     p50     p95     max  longest hold
ada.lock   Lock           4  14.0ms  43.0ms  43.0ms  bank.py:28
bob.lock   RLock          2  4.00ms  38.0ms  38.0ms  bank.py:8
news       Condition      1  33.0ms  33.0ms  33.0ms  bank.py:13
desks      Semaphore      1       -       -       -  -

p50 and p95: half of them, and 95 of 100, took no longer.

Potential deadlocks: 1
Threads took these locks in orders that close a circle. This time it went well.
Had each thread taken its first lock before any of them asked for its second,
all would wait for ever. Cure: take the locks in the same order everywhere, or
only under one more lock that is always taken first.

  1. ada.lock -> bob.lock -> ada.lock
     T1 held ada.lock, taken at
       bank.py:8  with source:
     and took bob.lock at
       bank.py:9  with target:
     T2#1 held bob.lock, taken at
       bank.py:8  with source:
     and took ada.lock at
       bank.py:9  with target:"""

AT_140 = """\
Contention: 1 of 4 primitives had to be waited for
primitive  kind       count  contended  wait total  wait p50     p95     max  hold p50     p95     max  longest hold
ada.lock   Lock           4          1      45.0ms         0  45.0ms  45.0ms    14.0ms  43.0ms  43.0ms  bank.py:28
bob.lock   RLock          2          0           0         0       0       0    4.00ms  38.0ms  38.0ms  bank.py:8
news       Condition      1          0           0         0       0       0    33.0ms  33.0ms  33.0ms  bank.py:13
desks      Semaphore      1          0           0         0       0       0         -       -       -  -"""

LAST_5 = """\
Order: 24 records, the last 5 of them (19 left out)
seq   seconds  thread      op        primitive  wait/hold  site
 20  0.190000  MainThread  request   ada.lock           -  bank.py:28
 21  0.210000  MainThread  acquired  ada.lock           0  bank.py:28
 22  0.231000  late        request   ada.lock           -  bank.py:17
 23  0.253000  MainThread  released  ada.lock      43.0ms  bank.py:32
 24  0.276000  late        acquired  ada.lock      45.0ms  bank.py:17"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    """What a real program recorded, with times of our own: record number n comes n - 1 milliseconds after the last."""
    file = tmp_path_factory.mktemp("bank") / "bank.py"
    file.write_text(BANK, encoding="ascii")
    return with_times(runpy.run_path(str(file))["records"])


def with_times(records: list[Record]) -> list[Record]:
    """What primitives did, without the threads' own lives, numbered from 1 with a time for each number."""
    of_primitives = [record for record in records if record.kind != "Thread"]
    seq = {record.seq: number for number, record in enumerate(of_primitives, 1)}
    time = {number: 100 + number * (number - 1) / 2 / 1000 for number in seq.values()}

    def between(record: Record, was: float | None) -> float | None:
        if not was or record.begun is None:
            return was
        return time[seq[record.seq]] - time[seq[record.begun]]

    return [
        record._replace(
            seq=seq[record.seq],
            begun=record.begun and seq[record.begun],
            time=time[seq[record.seq]],
            waited=between(record, record.waited),
            held=between(record, record.held),
        )
        for record in of_primitives
    ]


# ---- one program -----------------------------------------------------------------------------------------------------


def test_a_small_program_is_told_like_this(bank: list[Record]) -> None:
    assert drawn(bank) == AT_80


def test_where_there_is_room_one_line_tells_all_about_a_primitive(bank: list[Record]) -> None:
    assert drawn(bank, 140).split("\n\n")[1] == AT_140


def test_the_order_is_a_line_a_record(bank: list[Record]) -> None:
    assert listed(bank, limit=5) == LAST_5
    assert len(listed(bank).splitlines()) == 2 + len(bank)


def test_one_table_and_two_hold_the_same_figures(bank: list[Record]) -> None:
    narrow = [line.split() for line in drawn(bank).splitlines()]
    joined = {words[0]: words for words in (line.split() for line in AT_140.splitlines()[2:])}
    held = {
        words[0]: words[1:]
        for words in narrow
        if words[1:2] and words[1] in ("Lock", "RLock", "Semaphore", "Condition")
    }
    assert {name: [*words[1:3], *words[8:]] for name, words in joined.items()} == held
    (waited,) = [words for words in narrow if words[:1] == ["ada.lock"] and words[1] == "4"]
    assert joined["ada.lock"][2:8] == waited[1:]


# ---- what is said when there is nothing to say -----------------------------------------------------------------------


def test_an_empty_log_has_a_line_a_section() -> None:
    lines = drawn([]).splitlines()
    assert lines[0] == "0 records (none dropped) of 0 threads and 0 primitives, over 0"
    assert lines[2] == "Contention: no lock and no semaphore was acquired"
    assert lines[4] == "Potential deadlocks: none"
    assert listed([]) == "Order: there is no such record"


def test_no_deadlock_is_said_as_what_it_means() -> None:
    one = [lock_record(1, "acquired", "a"), lock_record(2, "released", "a")]
    assert "none\nNo thread took a lock while it held another. That is said of what ran here" in drawn(one)
    nested = [lock_record(1, "acquired", "a"), lock_record(2, "acquired", "b")]
    assert "none\nWherever threads held several locks, they had taken them in orders that cannot" in drawn(nested)


def test_what_is_missing_from_the_log_is_said() -> None:
    records = [lock_record(7, "acquired", "a"), lock_record(12, "released", "a")]
    told = " ".join(drawn(records, cut=True).split())
    assert "2 records (6 dropped)" in told
    assert "The oldest records were dropped" in told
    assert "4 records between the first and the last: not in the file." in told
    assert "The file's last line breaks off" in told
    whole = " ".join(drawn([lock_record(1, "set", "e"), lock_record(2, "set", "e")]).split())
    assert not re.search("oldest|not in the file|breaks off", whole)


# ---- potential deadlocks ---------------------------------------------------------------------------------------------


def opposite_orders(pairs: int) -> list[Record]:
    """As many potential deadlocks, each of two locks that two threads take in opposite orders."""
    steps = [
        (op, f"{lock}{pair}", thread)
        for pair in range(pairs)
        for thread, (first, second) in (("T1", "ab"), ("T2", "ba"))
        for op, lock in (("acquired", first), ("acquired", second), ("released", second), ("released", first))
    ]
    serials = {name: number for number, (_, name, _) in enumerate(steps)}
    return [
        lock_record(seq, op, lock, thread, primitive_serial=100_000 + serials[lock])
        for seq, (op, lock, thread) in enumerate(steps, 1)
    ]


def test_each_potential_deadlock_has_both_threads_locks_places_and_lines() -> None:
    told = " ".join(drawn(opposite_orders(1)).split())
    assert "1. a0 -> b0 -> a0 " in told
    assert "T1 held a0, taken at bank.py:1 line 1 and took b0 at bank.py:2 line 2 " in told
    assert "T2 held b0, taken at bank.py:5 line 5 and took a0 at bank.py:6 line 6" in told


def test_without_its_source_a_place_stands_alone() -> None:
    bare = [record._replace(site=record.site._replace(source="")) for record in opposite_orders(1)]
    assert "bank.py:1\n     and took" in drawn(bare)


def test_of_many_potential_deadlocks_the_number_left_out_is_said() -> None:
    told = drawn(opposite_orders(MOST_CYCLES + 3))
    assert f"Potential deadlocks: {MOST_CYCLES + 3}" in told
    assert told.endswith("3 more are left out; none of them has fewer locks than those above.")
    assert "left out" not in drawn(opposite_orders(MOST_CYCLES))
    assert [f" {MOST_CYCLES}. " in told, f" {MOST_CYCLES + 1}. " in told] == [True, False]


# ---- other findings --------------------------------------------------------------------------------------------------


class Stood:
    """A finding of some other analysis."""

    def __str__(self) -> str:
        return "T1 ended while it held lock\n  taken at bank.py:3 " + "and so on " * 20


def test_what_other_analyses_found_is_told_with_its_own_lines() -> None:
    told = drawn([lock_record(1, "acquired", "a")], findings=[Stood(), "notify without a waiter"])
    lines = told[told.index("Other findings: 2") :].splitlines()
    assert lines[1:3] == ["T1 ended while it held lock", "  taken at bank.py:3 " + ("and so on " * 6)[:-1]]
    assert all(re.match("    [aso]", line) for line in lines[3:-2])
    assert lines[-2:] == ["", "notify without a waiter"]
    assert "Other findings" not in drawn([lock_record(1, "acquired", "a")], findings=[])


# ---- the order, narrowed ---------------------------------------------------------------------------------------------

THREE = [
    lock_record(1, "acquired", "lock", "T1", primitive_serial=70),
    lock_record(2, "acquired", "lock", "T2", primitive_serial=71),
    lock_record(3, "acquired", "Queue.mutex", "T2", primitive_serial=72),
    lock_record(4, "released", "two\nlines", "T3", primitive_serial=73),
]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [1, 2, 3, 4]),
        ({"primitives": ["lock"]}, [1, 2]),  # a name that several share means all of them
        ({"primitives": ["lock#2"]}, [2]),
        ({"primitives": ["lock#2", "Queue.mutex"]}, [2, 3]),
        ({"primitives": ["two\nlines"]}, [4]),
        ({"primitives": ["two\\nlines"]}, [4]),  # as it is printed
        ({"threads": ["T2"]}, [2, 3]),
        ({"threads": ["T1", "T3"]}, [1, 4]),
        ({"threads": ["T2"], "primitives": ["lock"]}, [2]),
        ({"threads": ["T3"], "primitives": ["lock"]}, []),
        ({"limit": 3}, [2, 3, 4]),
        ({"limit": 99}, [1, 2, 3, 4]),
        ({"threads": ["T2"], "limit": 1}, [3]),
    ],
    ids=str,
)
def test_the_order_can_be_narrowed(asked: dict[str, Any], found: list[int]) -> None:
    assert [line.seq for line in order(THREE, **asked).lines] == found
    rows = listed(THREE, **asked).splitlines()[2:]
    assert [int(row.split()[0]) for row in rows] == found


def test_how_many_are_left_out_is_said() -> None:
    assert listed(THREE, threads=["T2"], limit=1).startswith("Order: 2 of 4 records, the last 1 of them (1 left out)\n")
    assert listed(THREE, threads=["T2"]).startswith("Order: 2 of 4 records\n")
    assert listed(THREE).startswith("Order: 4 records\n")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"primitives": ["Queue.mutx"]}, "no primitive 'Queue.mutx'. Did you mean Queue.mutex?"),
        ({"primitives": ["queue.MUTEX"]}, "no primitive 'queue.MUTEX'. Did you mean Queue.mutex?"),
        ({"primitives": ["lock#3"]}, "no primitive 'lock#3'. Did you mean lock#2 or lock#1?"),
        ({"threads": ["zzz"]}, "no thread 'zzz'. It has T1, T2, T3."),
        ({"threads": ["T2", "worker"]}, "no thread 'worker'. It has T1, T2, T3."),
        ({"primitives": ["zzz"]}, "no primitive 'zzz'. It has lock#1, lock#2, Queue.mutex, two\\nlines."),
    ],
    ids=str,
)
def test_a_name_that_the_log_does_not_have_gets_the_nearest(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError) as caught:
        order(THREE, **asked)
    assert str(caught.value) == f"the log has {said}"


def test_in_a_log_without_names_none_can_be_near() -> None:
    with pytest.raises(UserError, match="It has no thread at all"):
        order([], threads=["T1"])


LIVES = [
    lock_record(1, "start", "worker", "Main", kind="Thread", primitive_serial=9, thread_serial=8),
    lock_record(2, "acquired", "worker", "worker", thread_serial=9, primitive_serial=20),
    lock_record(3, "ended", "worker", "worker", kind="Thread", primitive_serial=9, thread_serial=9),
    lock_record(4, "joined", "worker", "Main", kind="Thread", primitive_serial=9, thread_serial=8, waited=0.25),
]


def test_threads_lives_are_in_the_order_but_they_are_no_primitives() -> None:
    assert drawn(LIVES).startswith("4 records (none dropped) of 2 threads and 1 primitive, over")
    assert [line.split()[2:6] for line in listed(LIVES).splitlines()[2:]] == [
        ["Main", "start", "worker", "-"],
        ["worker", "acquired", "worker", "0"],
        ["worker", "ended", "worker", "-"],
        ["Main", "joined", "worker", "250ms"],
    ]
    assert [line.seq for line in order(LIVES, primitives=["worker"]).lines] == [2]
    assert [line.seq for line in order(LIVES, threads=["worker"]).lines] == [2, 3]


# ---- long logs -------------------------------------------------------------------------------------------------------


def test_of_many_primitives_the_first_are_shown_and_how_many_are_left_out() -> None:
    records = []
    for number in range(25):
        lock = {"primitive_serial": number + 1}
        records.append(lock_record(2 * number + 1, "acquired", f"lock{number}", **lock))
        records.append(lock_record(2 * number + 2, "released", f"lock{number}", held=number / 1000, **lock))
    told = drawn(records)
    shown = [line.split()[0] for line in told.splitlines() if line.startswith("lock")]
    assert shown == [f"lock{number}" for number in range(24, 4, -1)]
    assert "5 more primitives, waited for and held for less time: --all shows them." in told
    whole = text(summary_sections(summarize(records, 0), 80, whole=True))
    assert len([line for line in whole.splitlines() if line.startswith("lock")]) == 25
    assert "--all" not in whole


def test_signals_that_nobody_waited_for_are_only_counted_and_shown_on_request() -> None:
    changed = Condition(name="changed")
    with recording() as log, changed:
        changed.notify()
    (finding,) = log.unheard_notifies()
    summary = summarize(log.records, 0, findings=[finding, "a lock was left behind"])
    told = text(summary_sections(summary, 80))
    assert "Other findings: 1\na lock was left behind" in told
    assert "Signals that nobody needed: 1\n" in told
    assert "notified nobody" not in told
    assert "notified nobody" in text(summary_sections(summary, 80, whole=True))


def test_of_many_findings_the_first_are_shown() -> None:
    told = text(summary_sections(summarize([], 0, findings=[f"finding {number}" for number in range(12)]), 80))
    assert "Other findings: 12" in told and "finding 9" in told and "finding 10" not in told
    assert "2 more are left out: --all shows them." in told
