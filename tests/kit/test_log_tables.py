"""What holds for the text of every log, whatever its names and figures are, and how names and figures are written."""

from __future__ import annotations

import random
import re

import pytest
from drawn_logs import ODD, drawn, listed, lock_record, lock_records, logs, sites, texts
from hypothesis import example, given
from hypothesis import strategies as st

from sync_tools.presentation.log_order import order
from sync_tools.presentation.log_summary import Places, since, summarize
from sync_tools.presentation.log_text import MOST_CYCLES
from sync_tools.presentation.tables import Column, duration, table, told_apart
from sync_tools.primitives import Record
from sync_tools.words.failure import Site

pytestmark = pytest.mark.once

# ---- whatever the log ------------------------------------------------------------------------------------------------


def check(told: str, width: int) -> None:
    """The text keeps to its width, and any terminal can show it."""
    lines = told.split("\n")
    assert max(map(len, lines)) <= width
    assert all(line.isascii() and line.isprintable() and line == line.rstrip() for line in lines)


@given(records=logs, width=st.sampled_from([80, 140]) | st.integers(80, 200))
def test_whatever_was_recorded_no_line_is_too_wide_and_all_is_printable_ascii(
    records: list[Record], width: int
) -> None:
    check(drawn(records, width, cut=True, findings=[record.thread for record in records]), width)
    check(listed(records, width, limit=10), width)


@given(records=lock_records(), width=st.integers(-5, 79))
def test_a_terminal_narrower_than_80_columns_counts_as_80(records: list[Record], width: int) -> None:
    assert drawn(records, width) == drawn(records, 80)
    assert listed(records, width) == listed(records, 80)


@given(records=lock_records())
def test_the_figures_are_those_of_the_records(records: list[Record]) -> None:
    summary = summarize(records, 0)
    taken = [record for record in records if record.op == "acquired"]
    assert sum(cost.more.count for cost in summary.costs) == len(taken)
    assert sum(cost.more.contended for cost in summary.costs) == sum(record.contended for record in taken)
    assert sum(cost.total for cost in summary.costs) == pytest.approx(sum(record.waited or 0 for record in taken))
    assert (summary.head.records, summary.head.missing) == (len(records), 0)
    assert summary.head.threads == len({record.thread_serial for record in records})
    assert [cost.total for cost in summary.costs] == sorted((cost.total for cost in summary.costs), reverse=True)


@given(records=lock_records())
def test_every_potential_deadlock_is_told_whatever_its_locks_are_called(records: list[Record]) -> None:
    summary = summarize(records, 0)
    told = drawn(records, 1000)
    assert f"Potential deadlocks: {len(summary.cycles) or 'none'}\n" in told
    for cycle in summary.cycles[:MOST_CYCLES]:
        assert f". {' -> '.join(summary.names[lock] for lock in (*cycle.locks, cycle.locks[0]))}\n" in told
        for edge in cycle.edges:
            assert f" {summary.threads[edge.thread_serial]} held {summary.names[edge.held]}, taken at\n" in told
            assert f" and took {summary.names[edge.taken]} at\n" in told


@given(records=logs, chance=st.randoms(use_true_random=False))
def test_the_order_of_each_thread_and_of_each_primitive_adds_up_to_the_whole(
    records: list[Record], chance: random.Random
) -> None:
    whole = order(records)
    assert [line.seq for line in whole.lines] == [record.seq for record in records]
    threads = dict.fromkeys(line.thread for line in whole.lines)
    by_thread = sorted(line.seq for thread in threads for line in order(records, threads=[thread]).lines)
    if not any("#" in thread for thread in threads):  # "lock" means "lock#1" as well
        assert by_thread == [record.seq for record in records]
    some = [thread for thread in threads if chance.random() < 0.5]
    kept = order(records, threads=some)
    assert {line.seq for line in kept.lines} >= {line.seq for line in whole.lines if line.thread in some}


@given(st.lists(texts, max_size=12), st.integers(8, 40) | st.none())
@example(ODD, 8)
@example([f"{'x' * 30}{number}{'y' * 30}" for number in range(200)], 8)
def test_no_two_texts_become_the_same_however_short(drawn_texts: list[str], width: int | None) -> None:
    shown = told_apart(drawn_texts, width)
    assert set(shown) == set(drawn_texts)
    assert len(set(shown.values())) == len(shown)
    assert all(text.isascii() and text.isprintable() for text in shown.values())
    assert all(text and text == " ".join(text.split()) for text in shown.values()), "no blanks that nobody would see"
    assert width is None or all(len(text) <= width for text in shown.values())


@given(st.lists(st.tuples(texts, texts, st.integers(0, 10**6).map(str)), max_size=8), st.integers(32, 90))
def test_a_table_fits_and_tells_its_rows_apart_as_before(rows: list[tuple[str, str, str]], width: int) -> None:
    whole = table((Column("one", shrinks=True), Column("two", shrinks=True), Column("figure", right=True)), rows)
    fitted = whole.fitted(width)
    assert max(map(len, fitted.lines())) <= width
    assert len(set(fitted.rows)) == len(set(rows))
    assert [row[2] for row in fitted.rows] == [row[2] for row in rows]
    if whole.width() <= width:
        assert fitted == whole
    else:
        assert fitted.width() == width, "no more is cut than must be"


def test_short_names_stay_whole_where_only_a_long_one_must_give() -> None:
    columns = (Column("thread", shrinks=True), Column("primitive", shrinks=True))
    (row,) = table(columns, [("pool-worker-12", "Account" * 20 + ".lock#12")]).fitted(40).rows
    assert row == ("pool-worker-12", "Account..Account.lock#12")


def test_a_shortened_name_is_the_same_wherever_it_stands() -> None:
    records = [
        lock_record(
            number,
            "acquired",
            f"Account{'s' * 40}.lock",
            contended=True,
            kind="BoundedSemaphore",
            site=Site(f"{'deep' * 20}.py", 1, "", ""),
            primitive_serial=number,
        )
        for number in range(1, 13)
    ]
    told = drawn(records)
    rows = [line.split()[0] for line in told.splitlines() if line.startswith("Acc")]
    assert len(rows) == 24 and rows[:12] == rows[12:] and len(set(rows)) == 12
    needed = int(re.search(r"COLUMNS=(\d+)", told)[1])  # type: ignore[index]
    assert f"{'s' * 40}.lock#12 " in drawn(records, needed)
    assert ".." not in drawn(records, needed) and ".." in drawn(records, needed - 1)


@given(st.lists(sites, max_size=8))
def test_a_place_is_as_short_as_tells_the_files_apart(drawn_sites: list[Site]) -> None:
    places = Places(site.file for site in drawn_sites)
    known = {(site.file, site.line) for site in drawn_sites if site.line > 0}
    assert len({places.of(Site(file, line, "", "")) for file, line in known}) == len(known)


def test_folders_are_shown_only_where_two_files_share_a_name() -> None:
    files = ["/home/ada/bank/main.py", "/home/ada/shop/main.py", "/home/ada/shop/stock.py", "main.py"]
    shown = [Places(files).of(Site(file, 7, "", "")) for file in files]
    assert shown == ["bank/main.py:7", "shop/main.py:7", "stock.py:7", "main.py:7"]
    assert Places(["C:\\bank\\main.py"]).of(Site("C:\\bank\\main.py", 7, "", "")) == "main.py:7"
    assert Places([]).of(None) == "-"


# ---- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "-"),
        (0, "0"),
        (0.0, "0"),
        (1e-10, "<1ns"),
        (1e-9, "1.00ns"),
        (12.34e-9, "12.3ns"),
        (123.4e-9, "123ns"),
        (999.4e-9, "999ns"),
        (999.6e-9, "1.00us"),
        (9.996e-6, "10.0us"),
        (0.00123, "1.23ms"),
        (0.09996, "100ms"),
        (0.9996, "1.00s"),
        (59.94, "59.9s"),
        (1234.4, "1234s"),
        (999_999.4, "999999s"),
        (1_234_567.0, "1.23e+06s"),
        (-0.00123, "-1.23ms"),
    ],
)
def test_a_duration_has_three_digits_and_a_unit_that_suits(seconds: float | None, shown: str) -> None:
    assert duration(seconds) == shown


@given(st.floats(1e-9, 1e15))
def test_a_duration_is_true_to_its_three_digits(seconds: float) -> None:
    number, unit = re.fullmatch(r"([\d.e+]+?)(s|ms|us|ns)", duration(seconds)).groups()  # type: ignore[union-attr]
    assert float(number) * {"s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}[unit] == pytest.approx(seconds, rel=0.0051)
    assert len(re.sub(r"\D", "", number.split("e")[0])) == 3 or 999.5 <= seconds < 1e6


def test_time_begins_anew_with_another_clock() -> None:
    times = [5.0, 5.5, 0.0, 2.0, 0.0, 0.25]
    records = [lock_record(seq, "set", "e", time=time) for seq, time in enumerate(times, 1)]
    assert since(records) == [0.0, 0.5, 0.0, 2.0, 0.0, 0.25]
    assert summarize(records, 0).head.seconds == 2.0
