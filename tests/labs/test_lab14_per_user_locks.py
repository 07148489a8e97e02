"""Lab 14, the points book: no points are lost, and no customer waits for all the others."""

import threading
import time

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed


def earn(points):
    """Return a change that adds `points`."""
    return lambda before: before + points


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="Customers are numbered from 1 on; one who is new has 0 points.")
def test_a_new_customer_has_no_points(lab):
    assert lab.PointsBook().points(7) == 0


@explored(
    promise="Updates of one customer come one after the other, "
    "and each goes on from the points that the one before it left."
)
def test_each_update_goes_on_from_the_one_before(lab):
    book = lab.PointsBook()
    assert book.update(7, earn(40)) == 40
    assert book.update(7, lambda points: points * 2) == 80
    lab.book_orders(book, [(7, 9_99), (8, 50_00)])
    assert (book.points(7), book.points(8), book.points(9)) == (89, 50, 0)


@explored(
    promise="If change raises, the points stay as they are, the caller gets the error, and later updates work as ever."
)
def test_a_change_that_fails_changes_nothing_and_blocks_nobody(lab):
    book = lab.PointsBook()
    book.update(7, earn(40))
    for customer in (7, 8):
        with pytest.raises(ZeroDivisionError):
            book.update(customer, lambda points: points // 0)
    assert (book.points(7), book.points(8)) == (40, 0), "a change that failed has changed the points"
    assert (book.update(7, earn(2)), book.update(8, earn(5))) == (42, 5)


# Explored, all of them exhaustive: every class of schedules is run. With a guarded map of locks these are 4 to 8
# classes a test, with striped locks 2 or 3, with counted locks up to 31.


@explored(
    promise="Updates of one customer come one after the other, "
    "and each goes on from the points that the one before it left."
)
def test_two_first_orders_of_a_new_customer_both_count(lab):
    book = lab.PointsBook()
    run_together((book.update, 7, earn(40)), (book.update, 7, earn(60)))
    points = book.points(7)
    assert points == 100, f"a new customer earned 40 and 60 points, the book shows {points}"


@explored(
    promise="Updates of one customer come one after the other, "
    "and each goes on from the points that the one before it left."
)
def test_orders_of_a_customer_with_points_all_count(lab):
    book = lab.PointsBook()
    book.update(7, earn(1))
    run_together((lab.book_orders, book, [(7, 40_00), (7, 20_00)]), (book.update, 7, earn(30)))
    points = book.points(7)
    assert points == 91, f"1 point and then 40, 20 and 30 make 91, the book shows {points}"


@explored(promise="An update calls its change exactly once. No other change of the same customer runs meanwhile.")
def test_a_change_runs_once_and_alone(lab):
    book = lab.PointsBook()
    events = []

    def change(points):
        events.append("begins")
        events.append("ends")
        return points + 1

    run_together((book.update, 7, change), (book.update, 7, change))
    assert events == ["begins", "ends"] * 2, f"two changes of one customer: {', '.join(events)}"


@explored(promise="Replace the points of customer by change(points) and return the new ones.")
def test_first_orders_of_two_customers_go_to_the_right_one(lab):
    book = lab.PointsBook()
    results = run_together((book.update, 7, earn(40)), (book.update, 8, earn(60)))
    assert results == [40, 60]
    assert (book.points(7), book.points(8)) == (40, 60)


# Witnesses: a change of one customer ends only when the next customer has been served, so a book that makes the one
# wait for the other never comes to an end. That is proved, not measured. The first is exhaustive: 16 classes with a
# guarded map, up to 144 with counted locks.


@explored(promise="Customers do not hold each other up.")
def test_a_change_that_takes_long_does_not_hold_up_the_next_customer(lab):
    book = lab.PointsBook()
    begun, served = threading.Event(), threading.Event()

    def slow(points):
        begun.set()
        served.wait()
        return points + 1

    def quick(points):
        served.set()
        return points + 1

    tills = [threading.Thread(target=book.update, args=(7, change)) for change in (slow, earn(1))]
    tills[0].start()
    begun.wait()
    tills[1].start()
    book.update(8, quick)
    for till in tills:
        till.join()
    assert (book.points(7), book.points(8)) == (2, 1)


@explored(
    time="exact",
    strategy="dfs",
    preemptions=0,
    inconclusive="pass",
    promise="Some may share a lock, but never two whose numbers follow each other: "
    "however many updates of the one run or wait, an update of the other goes on.",
)
def test_who_waits_is_served_as_soon_as_the_own_customer_is_free(lab):
    """Not exhaustive: five threads have many schedules. Those without a preemption have the waits that matter."""
    book = lab.PointsBook()
    begun, served = threading.Event(), threading.Event()

    def until_the_neighbour_is_served(points):
        begun.set()
        served.wait()
        return points + 1

    def quick(points):
        served.set()
        return points + 1

    updates = [(8, until_the_neighbour_is_served), (8, earn(1)), (7, quick)]
    tills = [threading.Thread(target=book.update, args=update) for update in updates]

    def until_the_others_wait(points):
        tills[0].start()
        begun.wait()
        tills[1].start()
        tills[2].start()
        time.sleep(1)  # in exact virtual time this ends when all the others wait
        return points + 1

    book.update(7, until_the_others_wait)
    for till in tills:
        till.join()
    assert (book.points(7), book.points(8)) == (2, 2)


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(
    rounds=200,
    promise="Updates of one customer come one after the other, "
    "and each goes on from the points that the one before it left.",
)
def test_no_points_are_lost_under_load(lab):
    book = lab.PointsBook()
    run_together(*[(lab.book_orders, book, [(7, 10_00)])] * 3)
    points = book.points(7)
    assert points == 30, f"a new customer earned 10 points at three tills, the book shows {points}"


# Property: hypothesis draws the orders of two tills; the engine runs every class of schedules of them.

order = st.tuples(st.integers(1, 3), st.integers(1, 9))


def serve(book, plan):
    """Book `plan`, pairs of customer and points; return what each update returned."""
    return [book.update(customer, earn(points)) for customer, points in plan]


@settings(max_examples=15, report_multiple_bugs=False, phases=set(Phase) - {Phase.explain})
@given(first=st.lists(order, min_size=1, max_size=2), second=st.lists(order, min_size=1, max_size=1))
@explored(
    promise="Updates of one customer come one after the other, "
    "and each goes on from the points that the one before it left."
)
def test_whatever_two_tills_book_every_point_counts(lab, first, second):
    book = lab.PointsBook()
    results = run_together((serve, book, first), (serve, book, second))
    for customer in (1, 2, 3):
        earned = sum(points for who, points in first + second if who == customer)
        assert book.points(customer) == earned
        seen = [new for (who, _), new in zip(first + second, results[0] + results[1], strict=True) if who == customer]
        assert len(set(seen)) == len(seen), f"two updates of customer {customer} returned the same points: {seen}"
        assert max(seen, default=0) == earned
