"""Lab 4, the settings: nobody gets them before they are whole, and everybody gets them then."""

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed

DEFAULTS = {"payments": "sandbox.example", "currency": "EUR", "fee": "0"}
LINES = ["payments = bank.example", "fee = 25"]
LOADED = {"payments": "bank.example", "currency": "EUR", "fee": "25"}


def read(store):
    """Return a copy of what the store's reader gets to see."""
    return dict(store.get())


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="What get() returns is whole: the defaults, replaced by what the lines say.")
def test_the_lines_replace_the_defaults(lab):
    store = lab.ConfigStore()
    store.load(LINES)
    assert read(store) == LOADED
    assert lab.charge(store, 1990) == "bank.example 2015 EUR"
    journal = []
    lab.charge_all(store, [100, 200], journal)
    assert journal == ["bank.example 125 EUR", "bank.example 225 EUR"]


@explored(promise="A line that is empty or begins with # says nothing. The last line for a name counts.")
def test_comments_and_empty_lines_say_nothing_and_the_last_line_counts(lab):
    store = lab.ConfigStore()
    store.load(["# fee = 9", "", "fee = 1", "shop=north", "fee=2"])
    assert read(store) == {**DEFAULTS, "fee": "2", "shop": "north"}


@explored(promise="What get() returns is whole: the defaults, replaced by what the lines say.")
def test_no_lines_are_settings_too(lab):
    store = lab.ConfigStore()
    store.load([])
    assert [read(store), read(store)] == [DEFAULTS, DEFAULTS]


@explored(promise="What get() returns is whole: the defaults, replaced by what the lines say.")
def test_two_shops_have_their_own_settings(lab):
    north, south = lab.ConfigStore(), lab.ConfigStore()
    north.load(["fee = 1"])
    south.load(["currency = CHF"])
    assert (read(north), read(south)) == ({**DEFAULTS, "fee": "1"}, {**DEFAULTS, "currency": "CHF"})


# Witness, in exact virtual time: the clock moves only when every thread waits, so "as soon as" means to the tick. This
# measures and proves nothing about order, so the schedules without a preemption are enough.


@explored(
    time="exact",
    strategy="dfs",
    preemptions=0,
    inconclusive="pass",
    promise="A thread that waits goes on as soon as the settings are loaded.",
)
def test_a_waiting_customer_is_served_as_soon_as_the_settings_are_loaded(lab):
    """Not exhaustive: exact time measures how long a schedule takes, and leaves schedules out."""
    store = lab.ConfigStore()
    started = time.monotonic()

    def load():
        time.sleep(0.1234567)
        store.load(LINES)

    def serve():
        store.get()
        return time.monotonic() - started

    _, waited = run_together(load, serve)
    assert waited == pytest.approx(0.1234567), "the settings were loaded, and the customer still waited"


# Explored, all of them exhaustive: every class of schedules is run. With an event these are 3 to 9 classes a test.


@explored(promise="What get() returns is whole: the defaults, replaced by what the lines say.")
def test_a_customer_is_charged_by_the_shops_own_settings(lab):
    store = lab.ConfigStore()
    _, line = run_together((store.load, ["payments = bank.example"]), (lab.charge, store, 1990))
    assert line == "bank.example 1990 EUR", f"the settings say bank.example, the journal says {line}"


@explored(
    promise="get() may be called from any number of threads, at any time: before, during and after the load. "
    "It waits until the settings are loaded, and every caller gets them."
)
def test_whoever_comes_early_or_late_gets_the_settings(lab):
    store = lab.ConfigStore()
    early = threading.Thread(target=store.get)
    early.start()
    store.load(LINES)
    late = read(store)
    early.join()
    assert late == LOADED, f"the settings were loaded, a late reader got {late}"


@explored(
    promise="get() may be called from any number of threads, at any time: before, during and after the load. "
    "It waits until the settings are loaded, and every caller gets them."
)
def test_two_customers_who_wait_are_both_served(lab):
    store = lab.ConfigStore()
    first, second, _ = run_together((read, store), (read, store), (store.load, ["fee = 25"]))
    expected = {**DEFAULTS, "fee": "25"}
    assert first == second == expected, f"the settings say a fee of 25, the readers got {first} and {second}"


@explored(
    promise="What get() returns is whole: the defaults, replaced by what the lines say. It does not change later."
)
def test_the_settings_do_not_change_between_two_looks(lab):
    store = lab.ConfigStore()

    def look_twice():
        config = store.get()
        return dict(config), dict(config)

    (before, after), _ = run_together(look_twice, (store.load, LINES))
    assert before == after, f"the reader got {before}, which then became {after}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(rounds=200, promise="What get() returns is whole: the defaults, replaced by what the lines say.")
def test_every_customer_is_charged_by_the_same_settings_under_load(lab):
    store = lab.ConfigStore()
    journal = []
    run_together(*[(lab.charge_all, store, [10], journal)] * 3, (store.load, LINES))
    assert journal == ["bank.example 35 EUR"] * 3, f"three customers were charged: {journal}"


# Property: hypothesis draws the lines, the engine runs every class of schedules of a reader beside the load.

lines = st.lists(st.sampled_from(["", "# fee = 9", "fee = 1", "fee=2", "currency = CHF", "shop = a=b"]), max_size=3)


@settings(max_examples=15)
@given(lines=lines)
@explored(promise="What get() returns is whole: the defaults, replaced by what the lines say.")
def test_whatever_the_lines_say_a_reader_gets_all_of_it(lab, lines):
    store = lab.ConfigStore()
    parts = [line.partition("=") for line in lines if line and line[0] != "#"]
    expected = {**DEFAULTS, **{name.strip(): value.strip() for name, _, value in parts}}
    seen, _ = run_together((read, store), (store.load, lines))
    assert seen == expected
