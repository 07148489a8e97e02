"""Logs to tell of: records made by hand, records of any content, and of threads that take and release locks."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from sync_tools.presentation.log_order import order
from sync_tools.presentation.log_summary import summarize
from sync_tools.presentation.log_tables import order_section
from sync_tools.presentation.log_text import summary_sections
from sync_tools.presentation.sections import text
from sync_tools.primitives import Record
from sync_tools.primitives.saved import OPS
from sync_tools.words.failure import NO_SITE, Site

# A high surrogate before a low one is, in JSON, the character that they encode.
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
ODD = [
    "Account.lock#12",
    "two\nlines",
    'says "no"',
    "back\\slash",
    "\udcff",  # a byte of a file's name that is no UTF-8
    "\ud83d",  # half of an emoji
    "\N{FLEXED BICEPS}",
    "\u202eright to left",
    "\u05e9\u05dc\u05d5\u05dd",
    "\x1b[31mred",
    "\x00",
    "tab\there",
    "",
    " ",
    "x" * 300,
    "x" * 150 + "y" + "x" * 149,
    "a~2",
]
texts = st.sampled_from(ODD) | st.text(st.characters(), max_size=12).filter(lambda text: not PAIR.search(text))
paths = st.sampled_from(
    ["bank.py", "/home/ada/bank.py", "/home/bob/bank.py", "C:\\bank.py", "<string>", "a:1", "deep/" * 60 + "x.py"]
)
sites = st.just(NO_SITE) | st.builds(Site, paths | texts, st.integers(-1, 10**6), texts, texts)
seconds = st.floats(-1e9, 1e9) | st.sampled_from([0.0, 1e-10, 9.995e-7, 0.00123, 59.5]) | st.integers(0, 10**6)
whole = st.integers(-(2**63), 2**64)
bodies = st.fixed_dictionaries(
    {
        "thread": texts,
        "thread_id": whole,
        "op": st.sampled_from(sorted(OPS)),
        "primitive": texts,
        "kind": st.sampled_from(["Lock", "RLock", "Condition", "Event", "BoundedSemaphore", "Thread"]) | texts,
        "site": sites,
        "time": seconds,
        "waited": st.none() | seconds,
        "held": st.none() | seconds,
        "contended": st.booleans(),
        "patient": st.booleans(),
        "depth": st.integers(0, 3),
        "begun": st.none() | st.integers(1, 10**6),
        "thread_serial": st.integers(-3, 6),
        "primitive_serial": st.integers(7, 20),
    }
)


def numbered(bodies: list[dict[str, Any]], first: int) -> list[Record]:
    return [Record(seq=seq, **body) for seq, body in enumerate(bodies, first)]


any_records = st.builds(numbered, st.lists(bodies, min_size=1, max_size=12), st.integers(1, 10**6))


@st.composite
def lock_records(draw: st.DrawFn) -> list[Record]:
    """Threads that take some locks one within another, and mostly release them: many logs have potential deadlocks."""
    threads = draw(st.lists(texts, min_size=2, max_size=4))
    locks = draw(st.lists(texts, min_size=2, max_size=4))
    places = draw(st.lists(sites, min_size=3, max_size=3))
    nests = st.tuples(st.integers(0, 3), st.permutations(range(4)), st.integers(1, 3), st.integers(0, 9))
    records: list[Record] = []
    kept: set[int] = set()
    for thread, wanted, depth, luck in draw(st.lists(nests, max_size=8)):
        free = [lock for lock in wanted if lock < len(locks) and lock not in kept][:depth]
        if luck == 0:
            kept.update(free)  # never released
        steps = [(lock, None) for lock in free] + [(lock, "released") for lock in reversed(free) if luck]
        begun: dict[int, Record] = {}
        for lock, released in steps:
            taken = begun.get(lock)
            time = len(records) * 1e-4
            record = Record(
                seq=len(records) + 1,
                thread=threads[thread % len(threads)],
                thread_id=thread,
                op=released or "acquired",
                primitive=locks[lock],
                kind="Lock",
                site=places[(thread + lock) % 3],
                time=time,
                waited=luck * 1e-5 if taken is None else None,
                held=None if taken is None else time - taken.time,
                contended=taken is None and luck > 5,
                patient=True,
                depth=int(taken is None),
                begun=None if taken is None else taken.seq,
                thread_serial=thread % len(threads) + 1,
                primitive_serial=lock + 10,
            )
            begun[lock] = record
            records.append(record)
    return records


logs = any_records | lock_records()


def lock_record(seq: int, op: str, lock: str, thread: str = "T1", **more: Any) -> Record:
    """A record of a lock of its own by name, made by hand."""
    values: dict[str, Any] = {
        "seq": seq, "thread": thread, "thread_id": 1, "op": op, "primitive": lock, "kind": "Lock",
        "site": Site("bank.py", seq, "f", f"line {seq}"), "time": seq / 10, "waited": 0.0 if op == "acquired" else None,
        "held": 0.1 if op == "released" else None, "contended": False, "patient": True,
        "depth": int(op == "acquired"), "begun": None,
        "thread_serial": sum(map(ord, thread)), "primitive_serial": 10**6 + sum(map(ord, lock)),
    }  # fmt: skip
    return Record(**{**values, **more})


def drawn(records: list[Record], width: int = 80, **more: Any) -> str:
    """What a log tells, as text."""
    return text(summary_sections(summarize(records, records[0].seq - 1 if records else 0, **more), width))


def listed(records: list[Record], width: int = 80, **more: Any) -> str:
    """The order of a log, as text."""
    return text([order_section(order(records, **more), width)])
