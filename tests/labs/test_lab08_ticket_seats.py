"""Lab 8, the seats of a concert: a seat is sold once, and nobody is refused a seat that is free."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed

# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="Sell seat to buyer; return False, and change nothing, if it is sold already.")
def test_a_seat_that_is_free_is_sold_and_stays_sold(lab):
    hall = lab.Hall(["A1", "A2"])
    assert hall.buyer_of("A1") is None
    assert hall.buy("A1", "ada") is True
    assert hall.buy("A1", "bob") is False
    assert hall.buy("A2", "bob") is True
    assert (hall.buyer_of("A1"), hall.buyer_of("A2")) == ("ada", "bob")


@explored(
    promise="A seat is sold once: of all the calls that ask for it, "
    "exactly one gets it, even where the same buyer asks twice."
)
def test_a_buyer_who_asks_twice_gets_one_ticket(lab):
    hall = lab.Hall(["A1", "A2"])
    assert [hall.buy("A1", "ada"), hall.buy("A1", "ada")] == [True, False]
    assert hall.buy("A2", "ada") is True, "ada may have two seats"
    assert (hall.buyer_of("A1"), hall.buyer_of("A2")) == ("ada", "ada")


@explored(
    promise="buy_any() gets the first seat, in the order of the hall, that no other call has got or is just getting."
)
def test_any_seat_is_the_first_free_one_until_the_hall_is_sold_out(lab):
    hall = lab.Hall(["A1", "A2", "A3"])
    hall.buy("A2", "eve")
    assert lab.serve(hall, ["ada", "bob", "cleo"]) == {"A1": "ada", "A3": "bob"}
    assert hall.buy_any("cleo") is None
    assert [hall.buyer_of(seat) for seat in ("A1", "A2", "A3")] == ["ada", "eve", "bob"]


@explored(promise="Raises: KeyError: there is no such seat.")
def test_a_seat_that_does_not_exist_is_refused(lab):
    hall = lab.Hall(["A1"])
    for _ in range(2):
        with pytest.raises(KeyError):
            hall.buy("Z9", "ada")
        with pytest.raises(KeyError):
            hall.buyer_of("Z9")
    assert hall.buy_any("ada") == "A1"


# Explored, all of them exhaustive: every class of schedules is run. With one lock these are 2 classes a test; without
# a lock, or with a thread that owns the seats, up to 6.


@explored(
    promise="A seat is sold once: of all the calls that ask for it, "
    "exactly one gets it, even where the same buyer asks twice."
)
def test_two_buyers_do_not_get_the_same_seat(lab):
    hall = lab.Hall(["A1"])
    ada, bob = run_together((hall.buy, "A1", "ada"), (hall.buy, "A1", "bob"))
    sold = [ada, bob].count(True)
    assert sold == 1, f"A1 was sold {sold} times"
    buyer = hall.buyer_of("A1")
    assert buyer == ("ada" if ada else "bob"), f"ada got A1: {ada}, bob got it: {bob}, in the hall sits {buyer}"


@explored(
    promise="A seat is sold once: of all the calls that ask for it, "
    "exactly one gets it, even where the same buyer asks twice."
)
def test_a_double_click_is_one_ticket(lab):
    hall = lab.Hall(["A1"])
    tickets = run_together((hall.buy, "A1", "ada"), (hall.buy, "A1", "ada")).count(True)
    assert tickets == 1, f"ada clicked twice on A1 and got {tickets} tickets"
    assert hall.buyer_of("A1") == "ada"


@explored(promise="So buy() returns False only for a seat that another call has got, or is just getting.")
def test_two_seats_are_sold_to_two_buyers_at_the_same_time(lab):
    hall = lab.Hall(["A1", "A2"])
    got = run_together((hall.buy, "A1", "ada"), (hall.buy, "A2", "bob"))
    assert got == [True, True], f"A1 and A2 were free, ada and bob got {got}"
    assert (hall.buyer_of("A1"), hall.buyer_of("A2")) == ("ada", "bob")


@explored(
    promise="buy_any() gets the first seat, in the order of the hall, that no other call has got or is just getting."
)
def test_two_counters_sell_the_last_two_seats_to_two_buyers(lab):
    hall = lab.Hall(["A1", "A2"])
    seats = run_together((hall.buy_any, "ada"), (hall.buy_any, "bob"))
    assert set(seats) == {"A1", "A2"}, f"A1 and A2 were free, ada got {seats[0]} and bob {seats[1]}"
    assert [hall.buyer_of(seat) for seat in seats] == ["ada", "bob"]


@explored(
    promise="buy_any() gets the first seat, in the order of the hall, that no other call has got or is just getting."
)
def test_any_seat_is_found_while_another_is_sold(lab):
    hall = lab.Hall(["A1", "A2"])
    seat, got = run_together((hall.buy_any, "ada"), (hall.buy, "A1", "bob"))
    assert (seat, got) in (("A1", False), ("A2", True)), f"ada got {seat}, and bob got A1: {got}"


@explored(
    promise="From the moment when the call that got a seat has returned, "
    "buyer_of() names its buyer, and that never changes."
)
def test_a_buyer_who_has_the_seat_sits_in_it_from_then_on(lab):
    hall = lab.Hall(["A1"])
    late = threading.Thread(target=hall.buy, args=("A1", "bob"))
    late.start()
    got = hall.buy("A1", "ada")
    seen = hall.buyer_of("A1")
    late.join()
    assert not got or seen == "ada", f"ada had got A1, and then {seen} sat there"
    buyer = hall.buyer_of("A1")
    assert buyer == ("ada" if got else "bob"), f"ada got A1: {got}, at the end {buyer} sits there"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(
    rounds=200,
    promise="A seat is sold once: of all the calls that ask for it, "
    "exactly one gets it, even where the same buyer asks twice.",
)
def test_every_seat_is_sold_once_under_load(lab):
    hall = lab.Hall(["A1", "A2"])
    printed = run_together(*[(lab.serve, hall, [buyer]) for buyer in ("ada", "bob", "cleo")])
    seats = sorted(seat for tickets in printed for seat in tickets)
    assert seats == ["A1", "A2"], f"two seats, and tickets for {seats}"
    assert all(hall.buyer_of(seat) == buyer for tickets in printed for seat, buyer in tickets.items())


# Property: hypothesis draws what two threads ask for, the engine runs every class of schedules of it, and each must end
# like one of the orders in which the calls can come one after the other.

SEATS = ("A1", "A2")
wishes = st.sampled_from(["A1", "A2", "any"])


def ask(hall, buyer, plan):
    """Ask for each seat in `plan`; return the seats that the buyer got, None for each refusal."""
    return [hall.buy_any(buyer) if wish == "any" else (wish if hall.buy(wish, buyer) else None) for wish in plan]


def one_after_the_other(plans, sold=(), got=((), ())):
    """Yield what the two threads get, for every order of the calls in `plans`."""
    if not any(plans):
        yield got
    for thread in (0, 1):
        if plans[thread]:
            wish, *rest = plans[thread]
            free = [seat for seat in (SEATS if wish == "any" else (wish,)) if seat not in sold]
            seat = free[0] if free else None
            left = tuple(rest if i == thread else plans[i] for i in (0, 1))
            so_far = tuple((*got[i], seat) if i == thread else got[i] for i in (0, 1))
            yield from one_after_the_other(left, (*sold, seat), so_far)


@settings(max_examples=15)
@given(ada=st.lists(wishes, min_size=1, max_size=2), bob=st.lists(wishes, min_size=1, max_size=1))
@explored(
    promise="A seat is sold once: of all the calls that ask for it, "
    "exactly one gets it, even where the same buyer asks twice."
)
def test_whatever_two_buyers_ask_for_each_seat_is_sold_once(lab, ada, bob):
    hall = lab.Hall(SEATS)
    got = tuple(tuple(seats) for seats in run_together((ask, hall, "ada", ada), (ask, hall, "bob", bob)))
    assert got in list(one_after_the_other((ada, bob))), f"ada got {got[0]} for {ada}, bob got {got[1]} for {bob}"
    for buyer, seats in zip(("ada", "bob"), got, strict=True):
        assert all(hall.buyer_of(seat) == buyer for seat in seats if seat)
