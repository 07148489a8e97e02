"""Lab 5, the sales report: whole when it is returned, and all regions are fetched at the same time."""

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, stressed

SALES = {"north": [30, 40], "east": [5], "south": []}


def sales_of(region):
    """Return the sales of `region`."""
    return SALES[region]


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="Without regions the report is empty.")
def test_without_regions_the_report_is_empty(lab):
    assert lab.report_totals([], sales_of) == {}


@explored(promise="Return the report as it is sent to the board: a line for each region, then the sum of all.")
def test_the_board_sees_each_region_and_the_sum_of_all(lab):
    text = lab.as_text({"north": 7000, "east": 550})
    assert [line.split() for line in text.splitlines()] == [["north", "70.00"], ["east", "5.50"], ["all", "75.50"]]


# Explored, all of them exhaustive: every class of schedules is run. Where the workers are joined there are 1 or 2 a
# test (nothing that the workers do is in each other's way); with a pool of threads up to 138.


@explored(
    promise="The report is whole when it is returned: it has the total of every region, and does not change later."
)
def test_a_region_is_reported_with_its_sales(lab):
    totals = lab.report_totals(["north"], sales_of)
    assert totals == {"north": 70}, f"the north sold for 70, the report says {totals}"


@explored(
    promise="The report is whole when it is returned: it has the total of every region, and does not change later."
)
def test_every_region_is_in_the_report_with_all_its_sales(lab):
    totals = lab.report_totals(["north", "east"], sales_of)
    expected = {"north": 70, "east": 5}
    assert totals == expected, f"expected {expected}, the report says {totals}"


@explored(promise="Return the sum of the sales (cents) of each of regions.")
def test_a_region_that_sold_nothing_is_reported_with_zero(lab):
    assert lab.report_totals(["south"], sales_of) == {"south": 0}


@explored(promise="fetch is called once for each region and returns its sales.")
def test_each_region_is_fetched_once(lab):
    fetched = []

    def fetch(region):
        fetched.append(region)
        return SALES[region]

    lab.report_totals(["north", "east"], fetch)
    assert sorted(fetched) == ["east", "north"], f"fetched were {fetched}"


@explored(
    promise="The report is whole when it is returned: it has the total of every region, and does not change later."
)
def test_the_next_report_leaves_the_last_one_as_it_was(lab):
    first = lab.report_totals(["north"], sales_of)
    second = lab.report_totals(["east"], sales_of)
    assert (first, second) == ({"north": 70}, {"east": 5}), f"the reports of north and east say {first} and {second}"


# Witness: each fetch waits until the others have begun. Where one has to end before another begins, none ever ends.


@explored(promise="All regions are fetched at the same time: no call of fetch has to end before another one begins.")
def test_two_regions_are_fetched_at_the_same_time(lab):
    both = threading.Barrier(2)

    def fetch(region):
        both.wait()
        return SALES[region]

    assert lab.report_totals(["north", "east"], fetch) == {"north": 70, "east": 5}


@explored(
    strategy="dfs",
    preemptions=0,
    max_schedules=25,
    inconclusive="pass",
    promise="All regions are fetched at the same time: no call of fetch has to end before another one begins.",
)
def test_five_regions_are_fetched_at_the_same_time(lab):
    """Not exhaustive: five threads have too many schedules. Where a region has to wait for another, every one fails."""
    regions = ["north", "east", "south", "west", "overseas"]
    everyone = threading.Barrier(5)

    def fetch(region):
        everyone.wait()
        return [len(region)]

    totals = lab.report_totals(regions, fetch)
    assert totals == {"north": 5, "east": 4, "south": 5, "west": 4, "overseas": 8}, f"the report says {totals}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(
    rounds=200,
    promise="The report is whole when it is returned: it has the total of every region, and does not change later.",
)
def test_the_report_is_whole_under_load(lab):
    regions = [f"region {number}" for number in range(4)]
    totals = dict(lab.report_totals(regions, lambda region: [len(region), 1]))
    assert totals == dict.fromkeys(regions, 9), f"each region sold for 9, the report says {totals}"


# Property: hypothesis draws the sales, the engine runs every class of schedules of their workers.

everybodys_sales = st.dictionaries(st.sampled_from("NES"), st.lists(st.integers(1, 9), max_size=3), max_size=2)


@settings(max_examples=15)
@given(sales=everybodys_sales)
@explored(
    promise="The report is whole when it is returned: it has the total of every region, and does not change later."
)
def test_whatever_was_sold_is_in_the_report(lab, sales):
    assert lab.report_totals(list(sales), lambda region: sales[region]) == {name: sum(sales[name]) for name in sales}
